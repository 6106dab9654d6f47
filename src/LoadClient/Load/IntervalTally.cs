using HdrHistogram;

namespace LoadClient.Load;

/// <summary>What ended in one interval of the run, in one loop.</summary>
internal sealed class IntervalTally
{
    public LongHistogram Total { get; } = LatencyStatistics.CreateHistogram();

    public long Failed { get; set; }

    public void Add(IntervalTally other)
    {
        Total.Add(other.Total);
        Failed += other.Failed;
    }

    public void Clear()
    {
        Total.Reset();
        Failed = 0;
    }
}
