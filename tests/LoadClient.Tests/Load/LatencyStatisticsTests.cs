using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class LatencyStatisticsTests
{
    [Fact]
    public void Values_None_AreZero()
    {
        var latency = new LatencyStatistics();

        Assert.Equal((0, 0, 0, 0d, 0d), (latency.Count, latency.Min, latency.Max, latency.Mean, latency.StandardDeviation));
    }

    [Fact]
    public void Values_One_HasNoDeviation()
    {
        LatencyStatistics latency = Of(42);

        Assert.Equal((1, 42, 42, 42d, 0d), (latency.Count, latency.Min, latency.Max, latency.Mean, latency.StandardDeviation));
    }

    /// <summary>By hand: the squares of the distances from 5 are 9, 1, 1, 1, 0, 0, 4, 16; their sum, 32, over n - 1.</summary>
    [Fact]
    public void Values_Several_DeviationIsThatOfTheSample()
    {
        LatencyStatistics latency = Of(2, 4, 4, 4, 5, 5, 7, 9);

        Assert.Equal((2, 9, 5d), (latency.Min, latency.Max, latency.Mean));
        Assert.Equal(Math.Sqrt(32 / 7.0), latency.StandardDeviation, 1e-9);
    }

    [Fact]
    public void Add_PartsOfOneWhole_IsTheWhole()
    {
        long[] values = [.. Enumerable.Range(0, 1000).Select(i => 500_000L + (i * 7919 % 1000))];
        LatencyStatistics whole = Of(values);
        LatencyStatistics merged = Of(values[..10]);
        merged.Add(new LatencyStatistics());
        merged.Add(Of(values[10..]));

        Assert.Equal((whole.Count, whole.Min, whole.Max, whole.Mean), (merged.Count, merged.Min, merged.Max, merged.Mean));
        Assert.Equal(whole.StandardDeviation, merged.StandardDeviation, 1e-3);
        Assert.Equal(whole.Histogram.GetValueAtPercentile(99), merged.Histogram.GetValueAtPercentile(99));
    }

    [Fact]
    public void Record_LongerThanTheHistogramReaches_KeepsTheExactMaximum()
    {
        long day = (long)TimeSpan.FromDays(1).TotalMicroseconds;
        LatencyStatistics latency = Of(1, day);

        Assert.Equal((2, day), (latency.Count, latency.Max));
    }

    private static LatencyStatistics Of(params long[] microseconds)
    {
        var latency = new LatencyStatistics();
        Array.ForEach(microseconds, latency.Record);
        return latency;
    }
}
