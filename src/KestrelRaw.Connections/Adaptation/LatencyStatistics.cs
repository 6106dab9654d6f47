namespace KestrelRaw.Connections.Adaptation;

/// <summary>Mean and standard error of latencies in seconds (Welford's running variance).</summary>
internal struct LatencyStatistics
{
    private double _squares;

    public int Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Of the mean; infinite with fewer than two samples.</summary>
    public readonly double StandardError => Count < 2 ? double.PositiveInfinity : Math.Sqrt(_squares / (Count - 1) / Count);

    public void Add(double seconds)
    {
        Count++;
        double difference = seconds - Mean;
        Mean += difference / Count;
        _squares += difference * (seconds - Mean);
    }
}
