using System.Text;
using HdrHistogram;
using LoadClient.Load;
using static System.FormattableString;

namespace LoadClient.Reporting.HdrLog;

/// <summary>
/// Writes each interval as a line of an HdrHistogram log, format 1.3, as soon as it is over: values in microseconds,
/// Interval_Max in milliseconds, timestamps absolute. Not with the package's HistogramLogWriter: it writes UTF-16, which
/// no other reader takes.
/// </summary>
internal sealed class IntervalLog : IIntervalSink, IDisposable
{
    /// <summary>The format's column titles; readers compare the whole line.</summary>
    private const string Legend = "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly StreamWriter _output;
    private bool _hasStarted;
    private Exception? _failure;

    /// <exception cref="ReportFileException">The file can't be written.</exception>
    public IntervalLog(string path)
    {
        _path = path;
        _file = ReportFile.Open(path);
        _output = new StreamWriter(_file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
    }

    /// <summary>After a failed write does nothing: a full disk does not end the run. <see cref="Finish"/> tells.</summary>
    public void Append(DateTimeOffset start, TimeSpan length, HistogramBase total)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            WriteHeaderOnce(start);
            WriteInterval(start, length, total);

            // What is done is on disk, whatever becomes of the run.
            _output.Flush();
        }
        catch (Exception exception) when (ReportFile.IsFileFault(exception))
        {
            _failure = exception;
        }
    }

    /// <summary>After the last interval.</summary>
    /// <exception cref="ReportFileException">An interval could not be written.</exception>
    public void Finish()
    {
        if (_failure is not null)
        {
            throw new ReportFileException(_path, _failure);
        }
    }

    public void Dispose()
    {
        try
        {
            _output.Dispose();
        }
        catch (IOException) when (_failure is not null)
        {
            // What is still buffered after a failed write fails again; Finish has told.
        }
    }

    private void WriteHeaderOnce(DateTimeOffset start)
    {
        if (_hasStarted)
        {
            return;
        }

        _hasStarted = true;
        ReportFile.Clear(_file);
        _output.WriteLine("#[Histogram log format version 1.3]");
        _output.WriteLine("#[Values are microseconds, Interval_Max is milliseconds]");
        _output.WriteLine(Invariant($"#[StartTime: {start.ToUnixTimeMilliseconds() / 1000.0:F3} (seconds since epoch), {start.UtcDateTime:o}]"));
        _output.WriteLine(Legend);
    }

    private void WriteInterval(DateTimeOffset start, TimeSpan length, HistogramBase total)
    {
        // The end, too, is rounded to the format's millisecond before the length is taken: intervals go on without a gap.
        long from = start.ToUnixTimeMilliseconds();
        long to = (start + length).ToUnixTimeMilliseconds();
        string payload = HistogramPayload.Encode(total);
        _output.WriteLine(Invariant($"{from / 1000.0:F3},{(to - from) / 1000.0:F3},{total.GetMaxValue() / 1000.0:F3},{payload}"));
    }
}
