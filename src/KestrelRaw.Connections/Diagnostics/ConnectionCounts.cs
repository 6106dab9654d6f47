namespace KestrelRaw.Connections.Diagnostics;

/// <summary>One endpoint's counts at one moment.</summary>
public sealed class ConnectionCounts
{
    private readonly long[] _finished;

    internal ConnectionCounts(long accepted, long[] finished, long acceptErrors)
    {
        _finished = finished;
        Accepted = accepted;
        Finished = finished.Sum();
        AcceptErrors = acceptErrors;
    }

    /// <summary>Connections accepted since the start.</summary>
    public long Accepted { get; }

    /// <summary>Connections that have ended, over all outcomes.</summary>
    public long Finished { get; }

    /// <summary>Connections that have been accepted and have not ended.</summary>
    public long Active => Accepted - Finished;

    /// <summary>Calls of accept that failed.</summary>
    public long AcceptErrors { get; }

    /// <summary>Connections that ended with <paramref name="outcome"/>.</summary>
    public long this[ConnectionOutcome outcome] => _finished[(int)outcome];
}
