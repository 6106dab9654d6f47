using LoadClient.Reporting.HdrLog;

namespace LoadClient.Merging;

/// <summary>
/// The time in which every log was recording: only there may rates be summed. Before and after it some machines were not
/// loading the server.
/// </summary>
internal sealed class CommonWindow
{
    private readonly double _start;
    private readonly double _end;
    private double _count;
    private bool _hasSplitIntervals;

    private CommonWindow(double start, double end)
    {
        _start = start;
        _end = end;
    }

    /// <summary>From the latest start to the earliest end; null when they leave no time.</summary>
    public static CommonWindow? Of(IReadOnlyList<LogSummary> logs)
    {
        double start = logs.Max(log => log.StartSeconds);
        double end = logs.Min(log => log.EndSeconds);
        return start < end ? new CommonWindow(start, end) : null;
    }

    /// <summary>
    /// Counts what of the interval lies in the window. An interval that reaches over an edge is counted in proportion, as
    /// if its connections had ended evenly spread over it: where in it they did is not in the log.
    /// </summary>
    public void Add(LoggedInterval interval)
    {
        double inside = Math.Min(interval.EndSeconds, _end) - Math.Max(interval.StartSeconds, _start);
        if (interval.LengthSeconds == 0)
        {
            _count += inside == 0 ? interval.Histogram.TotalCount : 0;
        }
        else if (inside > 0)
        {
            _count += interval.Histogram.TotalCount * (inside / interval.LengthSeconds);
            _hasSplitIntervals |= inside < interval.LengthSeconds;
        }
    }

    public MergeWindowReport ToReport() => new(UnixTime.At(_start), UnixTime.At(_end), _count / (_end - _start), _hasSplitIntervals);
}
