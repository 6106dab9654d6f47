using LoadClient.Faults;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Reporting.Gnuplot;
using LoadClient.Reporting.HdrLog;

namespace LoadClient.Commands;

/// <summary>Where a run's report goes: standard output, and the files that were asked for.</summary>
internal sealed class RunOutputs(TextWriter standardOutput, bool isJson) : IDisposable
{
    private IntervalLog? _intervals;
    private RequestSpool? _requests;

    /// <summary>Those that are written from the finished report.</summary>
    public ReportFiles<RunReport> Files { get; } = new();

    public IReadOnlyList<IIntervalSink> Sinks => _intervals is null ? [] : [_intervals];

    public Func<IRequestRecorder>? CreateRecorder => _requests is null ? null : _requests.CreateRecorder;

    /// <exception cref="ReportFileException">The file can't be written.</exception>
    public void AddIntervalLog(string path) => _intervals = new IntervalLog(path);

    /// <exception cref="ReportFileException">The file can't be written.</exception>
    public void AddRequests(string path) => _requests = new RequestSpool(path);

    /// <summary>Writes all of them; one that fails does not keep the others from being written.</summary>
    /// <returns>What could not be written.</returns>
    public IReadOnlyList<Fault> Write(RunReport report)
    {
        WriteStandardOutput(report);
        var faults = new List<Fault>();
        Files.Write(report, faults);
        ReportFiles.Try("--hlog", faults, () => _intervals?.Finish());
        ReportFiles.Try("--gnuplot", faults, () => _requests?.Finish());
        return faults;
    }

    public void Dispose()
    {
        Files.Dispose();
        _intervals?.Dispose();
        _requests?.Dispose();
    }

    private void WriteStandardOutput(RunReport report)
    {
        if (!isJson)
        {
            TextReport.Write(standardOutput, report);
            return;
        }

        using var json = new MemoryStream();
        JsonReport.Write(json, report);
        standardOutput.WriteLine(System.Text.Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length));
    }
}
