using LoadClient.Load;

namespace LoadClient.Reporting;

/// <summary>Turns microseconds in a histogram into the milliseconds of a report.</summary>
internal static class LatencyReportBuilder
{
    private const int Buckets = 50;

    /// <summary>The buckets are equally wide up to here; what is slower is in one last bucket, or a single straggler would flatten the picture.</summary>
    private const double EqualUpTo = 99.5;

    private static readonly double[] Percentiles = [.. Enumerable.Range(0, 100).Select(percentile => (double)percentile), 99.9, 99.99, 99.999, 100];

    public static LatencyReport Build(LatencyStatistics latency)
    {
        if (latency.Count == 0)
        {
            return new LatencyReport(0, 0, 0, 0, 0, 0, [.. Percentiles.Select(percentile => new PercentileReport(percentile, 0))], []);
        }

        return new LatencyReport(
            latency.Count,
            latency.Min / 1000.0,
            latency.Mean / 1000,
            latency.StandardDeviation / 1000,
            At(latency, 50),
            latency.Max / 1000.0,
            [.. Percentiles.Select(percentile => new PercentileReport(percentile, At(latency, percentile)))],
            BuildBuckets(latency));
    }

    /// <summary>The ends are exact, and nothing between is outside of them, although a histogram's value stands for a range.</summary>
    private static double At(LatencyStatistics latency, double percentile) => percentile switch
    {
        0 => latency.Min,
        100 => latency.Max,
        _ => Math.Clamp(latency.Histogram.GetValueAtPercentile(percentile), latency.Min, latency.Max),
    } / 1000.0;

    private static List<BucketReport> BuildBuckets(LatencyStatistics latency)
    {
        double min = latency.Min / 1000.0;
        double max = latency.Max / 1000.0;
        double equalUpTo = Math.Max(At(latency, EqualUpTo), min);
        double width = (equalUpTo - min) / Buckets;
        if (width == 0)
        {
            return [new BucketReport(min, max, latency.Count)];
        }

        long[] counts = new long[Buckets + 1];
        foreach (var value in latency.Histogram.RecordedValues())
        {
            double milliseconds = Math.Clamp(value.ValueIteratedTo / 1000.0, min, max);
            int bucket = milliseconds > equalUpTo ? Buckets : Math.Min(Buckets - 1, (int)((milliseconds - min) / width));
            counts[bucket] += value.CountAtValueIteratedTo;
        }

        List<BucketReport> buckets = [.. Enumerable.Range(0, Buckets).Select(i => new BucketReport(min + (i * width), min + ((i + 1) * width), counts[i]))];
        if (counts[Buckets] > 0)
        {
            buckets.Add(new BucketReport(equalUpTo, max, counts[Buckets]));
        }

        return buckets;
    }
}
