namespace LoadClient.Load;

/// <summary>What a run has measured.</summary>
internal sealed record RunResult
{
    public required LoadSettings Settings { get; init; }

    public required RunStart Start { get; init; }

    /// <summary>From the first start to the last end.</summary>
    public required TimeSpan TimeTaken { get; init; }

    /// <summary>Stopped before its end.</summary>
    public required bool IsPartial { get; init; }

    public required Tally Tally { get; init; }

    public required Timeline Timeline { get; init; }

    /// <summary>Document length of the first good response; null without any.</summary>
    public required long? ReferenceBytes { get; init; }

    /// <summary>The header <c>Server</c> of the first good response; empty if there is none.</summary>
    public required string ServerSoftware { get; init; }

    /// <summary>User and system time of this process during the run.</summary>
    public required TimeSpan ProcessorTime { get; init; }

    /// <summary>Share of the run in which the busiest loop had something to do.</summary>
    public required double BusiestLoop { get; init; }
}
