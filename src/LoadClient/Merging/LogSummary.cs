using LoadClient.Reporting.HdrLog;

namespace LoadClient.Merging;

/// <summary>What one log says as a whole.</summary>
/// <param name="Path">As given.</param>
/// <param name="StartSeconds">Of its earliest interval, since 1970 in UTC.</param>
/// <param name="EndSeconds">Of its latest one.</param>
/// <param name="Count">Values in it.</param>
internal sealed record LogSummary(string Path, double StartSeconds, double EndSeconds, long Count)
{
    /// <summary>Reads a log once; its histograms go into the union.</summary>
    /// <exception cref="InvalidDataException">It is no log, or has no interval.</exception>
    public static LogSummary Read(string path, UnionHistogram union)
    {
        var summary = new LogSummary(path, double.PositiveInfinity, double.NegativeInfinity, 0);
        foreach (LoggedInterval interval in IntervalLogReader.Read(path))
        {
            union.Add(interval.Histogram);
            summary = new LogSummary(
                path,
                Math.Min(summary.StartSeconds, interval.StartSeconds),
                Math.Max(summary.EndSeconds, interval.EndSeconds),
                summary.Count + interval.Histogram.TotalCount);
        }

        return summary.StartSeconds <= summary.EndSeconds ? summary : throw new InvalidDataException("it has no interval");
    }
}
