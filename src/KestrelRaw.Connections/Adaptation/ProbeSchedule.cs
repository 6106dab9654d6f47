namespace KestrelRaw.Connections.Adaptation;

/// <summary>When the minimum latency is probed.</summary>
internal sealed class ProbeSchedule(TimeSpan interval, Random random)
{
    /// <summary>Many processes shall not probe the same back end together; as Envoy.</summary>
    private const double Jitter = 0.15;

    /// <summary>Probes that confirm the minimum take at most one part in so many of the time.</summary>
    private const int ProbeShare = 20;

    /// <summary>While the minimum is in doubt a probe is followed by so many times its length without one: a wrong minimum costs more than a probe.</summary>
    private const int DoubtShare = 2;

    /// <summary>After a new minimum the first interval is such a part of the full one; each probe that confirms it doubles it.</summary>
    private const int FirstShare = 8;

    private TimeSpan _interval;
    private TimeSpan _next;
    private TimeSpan _earliest;

    /// <summary>It is time for a probe.</summary>
    public bool IsDue(TimeSpan now) => now >= _next;

    /// <summary>A probe may begin, if there is a reason.</summary>
    public bool IsAllowed(TimeSpan now) => now >= _earliest;

    /// <summary>A probe has ended.</summary>
    public void Ended(TimeSpan now, TimeSpan took, bool isConfirmed)
    {
        _interval = !isConfirmed ? interval / FirstShare
            : _interval < interval / 2 ? _interval * 2
            : interval;
        TimeSpan pause = took * (isConfirmed ? ProbeShare : DoubtShare);
        _next = now + ((pause > _interval ? pause : _interval) * (1 + (random.NextDouble() * Jitter)));
        _earliest = now + (took * DoubtShare);
    }
}
