using HdrHistogram;

namespace LoadClient.Load;

/// <summary>One kind of latency, in microseconds: a histogram for the percentiles, and what is exact beside it.</summary>
internal sealed class LatencyStatistics
{
    /// <summary>Three digits: 511.4 ms is told from 511.9 ms. 184 KB, whatever the number of values.</summary>
    private const int SignificantDigits = 3;

    /// <summary>No connection lasts longer: --timeout is limited to it.</summary>
    private static readonly long Highest = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private double _sum;
    private double _sumOfSquares;
    private long _min = long.MaxValue;

    public LongHistogram Histogram { get; } = CreateHistogram();

    public long Count => Histogram.TotalCount;

    /// <summary>Zero without a value, as are all the others.</summary>
    public long Min => Count == 0 ? 0 : _min;

    public long Max { get; private set; }

    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Of the sample (n - 1), as ab's.</summary>
    public double StandardDeviation => Count < 2 ? 0 : Math.Sqrt(Math.Max(0, (_sumOfSquares - (_sum * _sum / Count)) / (Count - 1)));

    public static LongHistogram CreateHistogram() => new(1, Highest, SignificantDigits);

    /// <summary>A histogram takes no value beyond its range; an open loop against a server that is down for hours could make one.</summary>
    public static long Limit(long microseconds) => Math.Clamp(microseconds, 0, Highest);

    public void Record(long microseconds)
    {
        Histogram.RecordValue(Limit(microseconds));
        _sum += microseconds;
        _sumOfSquares += (double)microseconds * microseconds;
        _min = Math.Min(_min, microseconds);
        Max = Math.Max(Max, microseconds);
    }

    public void Add(LatencyStatistics other)
    {
        Histogram.Add(other.Histogram);
        _sum += other._sum;
        _sumOfSquares += other._sumOfSquares;
        _min = Math.Min(_min, other._min);
        Max = Math.Max(Max, other.Max);
    }
}
