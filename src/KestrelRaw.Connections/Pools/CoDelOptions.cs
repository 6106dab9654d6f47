namespace KestrelRaw.Connections.Pools;

/// <summary>
/// Controlled delay for a queue that does not drain. It is overloaded once somebody has waited in it at every moment of a
/// whole <see cref="Interval"/>, and no longer once nobody has for as long. While it is, the newest is served first and
/// whoever has waited for <see cref="Target"/> leaves. The newest stays in any case, so that a slot that comes free finds
/// somebody. A pool that is paused or of size 0 has no overload.
/// </summary>
public sealed record CoDelOptions
{
    /// <summary>5 ms, as in RFC 8289 and in Facebook's use of it for servers.</summary>
    public static readonly TimeSpan DefaultTarget = TimeSpan.FromMilliseconds(5);

    /// <summary>100 ms, from the same sources.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The longest wait under overload; the connection then ends as <c>queue_timeout</c>. One that was the newest leaves as
    /// long after the next has come, at the latest. Default 5 ms. For a pool whose slots come free less often than that,
    /// take some times that pause: a queue of one leaves slots idle.
    /// </summary>
    public TimeSpan Target { get; init; } = DefaultTarget;

    /// <summary>How long a burst may fill the queue without being an overload; longer than <see cref="Target"/>. Default 100 ms.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>Everything that is wrong with the options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Target <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(Target)} {Target} is not positive");
        }

        if (Interval <= Target || Interval > Longest)
        {
            faults.Add($"{nameof(Interval)} {Interval} is not longer than {nameof(Target)} {Target} or is longer than {Longest}");
        }

        return faults;
    }

    /// <summary>More would be no control of the delay.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
}
