namespace KestrelRaw.Connections.Adaptation;

/// <summary>What is measured between two decisions: in a sampling window, or in a probe.</summary>
internal struct SampleTally(TimeSpan began)
{
    private LatencyStatistics _latencies;
    private int _begun;
    private int _begunWhenFull;

    /// <summary>Later than the decision before when the back end first has to settle.</summary>
    public TimeSpan Began { get; } = began;

    public int Succeeded { get; private set; }

    public int Failures { get; private set; }

    public int MaxInUse { get; private set; }

    /// <summary>Works at once, times seconds.</summary>
    public double InFlightSeconds { get; set; }

    public readonly int Samples => _latencies.Count;

    public readonly double Latency => _latencies.Mean;

    public readonly double StandardError => _latencies.StandardError;

    /// <summary>One work in ten began in a full pool. Less often is a fluctuation that a larger pool would not serve better.</summary>
    public readonly bool IsLimitReached => _begun > 0 && _begunWhenFull * 10 >= _begun;

    public void CountBegun(int inUse, int limit)
    {
        _begun++;
        MaxInUse = Math.Max(MaxInUse, inUse);

        // A tenth less counts as full: a slot that was freed needs a moment until an accept loop has given it to a client.
        if (inUse >= limit - (limit / 10))
        {
            _begunWhenFull++;
        }
    }

    public void CountSucceeded(double seconds, double cap)
    {
        Succeeded++;
        _latencies.Add(Math.Min(seconds, cap));
    }

    /// <summary>
    /// A failed work would have taken longer, nobody knows how long: it is a sample only where it is slow already (a
    /// timeout), or a back end that refuses fast would look like a fast one.
    /// </summary>
    public void CountFailed(double seconds, double cap)
    {
        CountFailed();
        if (Samples > 0 && seconds > Latency)
        {
            _latencies.Add(Math.Min(seconds, cap));
        }
    }

    /// <summary>In a probe no failed work is a sample: a slow one would raise the minimum.</summary>
    public void CountFailed() => Failures++;

    public readonly double InFlight(TimeSpan now) => InFlightSeconds / Seconds(now);

    public readonly double Throughput(TimeSpan now) => Succeeded / Seconds(now);

    private readonly double Seconds(TimeSpan now) => Math.Max((now - Began).TotalSeconds, 1e-6);
}
