namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>What a link does to its packets, the same in both directions.</summary>
public sealed record LinkConditions
{
    /// <summary>Of packets, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Of packets that come twice, 0 to 1.</summary>
    public double Duplicates { get; init; }

    /// <summary>Of each packet, one way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>So much more or less, for each packet anew: those that follow one another closely change places.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Null: without a limit.</summary>
    public int? BitsPerSecond { get; init; }

    /// <summary>Bytes.</summary>
    public int Mtu { get; init; } = 1500;
}
