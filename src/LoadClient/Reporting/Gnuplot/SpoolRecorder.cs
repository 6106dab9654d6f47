using LoadClient.Load;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>
/// One worker's records, in a file of its own. After a failed write it takes no more: a full disk does not end the run, and
/// <see cref="RequestSpool.Finish"/> tells.
/// </summary>
internal sealed class SpoolRecorder(RecordFile file) : IRequestRecorder
{
    private readonly RecordWriter _writer = new(file);

    public RecordFile File { get; } = file;

    public Exception? Failure { get; private set; }

    public void Record(in RequestTimes times)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            _writer.Append(times);
        }
        catch (Exception exception) when (ReportFile.IsFileFault(exception))
        {
            Failure = exception;
        }
    }

    /// <summary>Writes what is buffered. The file is the spool's to close.</summary>
    public void Dispose()
    {
        try
        {
            _writer.Flush();
        }
        catch (Exception exception) when (ReportFile.IsFileFault(exception))
        {
            Failure ??= exception;
        }
    }
}
