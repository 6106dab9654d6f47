using System.Globalization;
using LoadClient.Load;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>
/// The file of <c>ab -g</c>: a line for every good connection, sorted by total time. Workers write their records to
/// temporary files beside it while the run lasts; <see cref="Finish"/> sorts them.
/// </summary>
internal sealed class RequestSpool : IDisposable
{
    private readonly string _path;
    private readonly TimeZoneInfo _timeZone;
    private readonly FileStream _target;
    private readonly Func<RecordFile> _createFile;
    private readonly List<SpoolRecorder> _recorders = [];
    private readonly Lock _lock = new();

    /// <param name="path">The file to write.</param>
    /// <param name="timeZone">Of the column starttime. Null: the machine's.</param>
    /// <param name="createFile">Temporary files. Null: beside the file.</param>
    /// <exception cref="ReportFileException">It can't be written.</exception>
    public RequestSpool(string path, TimeZoneInfo? timeZone = null, Func<RecordFile>? createFile = null)
    {
        _path = path;
        _timeZone = timeZone ?? TimeZoneInfo.Local;
        _target = ReportFile.Open(path);
        _createFile = createFile ?? (() => RecordFile.Create(Path.GetDirectoryName(_target.Name)!));
    }

    /// <summary>For one worker, which calls it on its own thread and disposes it at the end.</summary>
    /// <exception cref="ReportFileException">There is no temporary file to be had.</exception>
    public IRequestRecorder CreateRecorder()
    {
        try
        {
            var recorder = new SpoolRecorder(_createFile());
            lock (_lock)
            {
                _recorders.Add(recorder);
            }

            return recorder;
        }
        catch (Exception exception) when (ReportFile.IsFileFault(exception))
        {
            throw new ReportFileException(_path, exception);
        }
    }

    /// <summary>Writes the file. All recorders are disposed by now.</summary>
    /// <exception cref="ReportFileException">A record could not be kept, or the file not be written.</exception>
    public void Finish()
    {
        if (_recorders.Find(recorder => recorder.Failure is not null) is { Failure: { } failure })
        {
            throw new ReportFileException(_path, failure);
        }

        try
        {
            WriteSorted();
        }
        catch (Exception exception) when (ReportFile.IsFileFault(exception))
        {
            throw new ReportFileException(_path, exception);
        }
    }

    public void Dispose()
    {
        _recorders.ForEach(recorder => recorder.File.Dispose());
        _target.Dispose();
    }

    private void WriteSorted()
    {
        ReportFile.Clear(_target);
        var sort = new ExternalSort(_createFile);
        using var output = new StreamWriter(_target, bufferSize: 64 * 1024, leaveOpen: true);
        output.Write("starttime\tseconds\tctime\tdtime\tttime\twait\n");
        Span<char> line = stackalloc char[256];
        foreach (RequestTimes times in sort.Sort(_recorders.Select(recorder => recorder.File)))
        {
            output.Write(line[..Format(times, line)]);
        }
    }

    /// <summary>The line's length. Six numbers and a date always fit into 256 characters.</summary>
    private int Format(in RequestTimes times, Span<char> line)
    {
        long seconds = times.StartUnixMicroseconds / 1_000_000;
        DateTimeOffset start = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), _timeZone);
        long connect = Milliseconds.RoundMicroseconds(times.ConnectMicroseconds);
        long processing = Milliseconds.RoundMicroseconds(times.TotalMicroseconds - times.ConnectMicroseconds);
        long total = Milliseconds.RoundMicroseconds(times.TotalMicroseconds);
        long waiting = Milliseconds.RoundMicroseconds(times.WaitingMicroseconds);

        // As C's ctime writes it, but for the day's leading zero: so does ab.
        line.TryWrite(CultureInfo.InvariantCulture, $"{start:ddd MMM dd HH:mm:ss yyyy}\t{seconds}\t{connect}\t{processing}\t{total}\t{waiting}\n", out int length);
        return length;
    }
}
