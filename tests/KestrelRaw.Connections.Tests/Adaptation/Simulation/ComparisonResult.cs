namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>One algorithm in one scenario; of its phases the worst.</summary>
internal sealed record ComparisonResult
{
    public required string Algorithm { get; init; }

    /// <summary>As share of the most that any fixed size had.</summary>
    public required double Throughput { get; init; }

    /// <summary>The p99 from arrival to end, as multiple of the best fixed size's.</summary>
    public required double TotalLatency { get; init; }

    /// <summary>The p99 from slot to end, as multiple of the best fixed size's.</summary>
    public required double WorkLatency { get; init; }

    /// <summary>Seconds after which the size stayed near the back end's slots; null when it did not in some phase.</summary>
    public required double? Converged { get; init; }

    /// <summary>The median size in the last tenth of each phase.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }
}
