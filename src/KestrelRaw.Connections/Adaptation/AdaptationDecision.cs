namespace KestrelRaw.Connections.Adaptation;

/// <summary>What was decided about a pool's size at the end of a sampling window or of a probe, and what it was decided from.</summary>
public sealed record AdaptationDecision
{
    /// <summary>Why.</summary>
    public required AdaptationReason Reason { get; init; }

    /// <summary>The pool's size before.</summary>
    public required int SizeBefore { get; init; }

    /// <summary>The pool's size from now on.</summary>
    public required int Size { get; init; }

    /// <summary>True from a probe's begin to its end: the size is the probe's.</summary>
    public bool IsProbing { get; init; }

    /// <summary>The work's mean latency in the last probe; null before the first.</summary>
    public TimeSpan? MinimumLatency { get; init; }

    /// <summary>The work's mean latency in the window, or in the probe; null without a sample.</summary>
    public TimeSpan? SampleLatency { get; init; }

    /// <summary>The factor that the latency asks for, 1.1 at most: the minimum latency and a tenth of it, by the sample latency; null in probes.</summary>
    public double? Gradient { get; init; }

    /// <summary>Works at once in the window, on average over time.</summary>
    public double InFlight { get; init; }

    /// <summary>Works that succeeded in the window, per second.</summary>
    public double Throughput { get; init; }

    /// <summary>How throughput followed the works at once from the window before: 1 in proportion, 0 not at all; null when they hardly changed.</summary>
    public double? Elasticity { get; init; }

    /// <summary>Latencies measured in the window or the probe.</summary>
    public int Samples { get; init; }

    /// <summary>Works that failed in the window or the probe.</summary>
    public int Failures { get; init; }
}
