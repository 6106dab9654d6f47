using HdrHistogram;

namespace LoadClient.Load;

/// <param name="Length">How long it is.</param>
/// <param name="Good">Ended as good in it.</param>
/// <param name="Failed">Ended as an error in it.</param>
/// <param name="P50">Median total time of the good ones, in microseconds; 0 without any.</param>
/// <param name="P99">The same at 99 %.</param>
/// <param name="Max">The same at 100 %.</param>
internal readonly record struct TimelinePoint(TimeSpan Length, long Good, long Failed, double P50, double P99, double Max)
{
    public static TimelinePoint Of(TimeSpan length, IntervalTally interval)
    {
        HistogramBase total = interval.Total;
        return total.TotalCount == 0
            ? new TimelinePoint(length, 0, interval.Failed, 0, 0, 0)
            : new TimelinePoint(length, total.TotalCount, interval.Failed, total.GetValueAtPercentile(50), total.GetValueAtPercentile(99), total.GetMaxValue());
    }

    /// <summary>This point and the next one as one.</summary>
    public TimelinePoint With(in TimelinePoint next)
    {
        double share = Good + next.Good == 0 ? 0 : (double)Good / (Good + next.Good);
        return new TimelinePoint(
            Length + next.Length,
            Good + next.Good,
            Failed + next.Failed,
            (P50 * share) + (next.P50 * (1 - share)),
            (P99 * share) + (next.P99 * (1 - share)),
            Math.Max(Max, next.Max));
    }
}
