namespace KestrelRaw.Connections.Pools;

/// <summary>Who of those that wait gets the next slot.</summary>
public enum QueueOrder
{
    /// <summary>First come, first served.</summary>
    OldestFirst,

    /// <summary>
    /// Last come, first served. Under overload the newest is the one whose client still waits; the oldest leave by their
    /// timeout.
    /// </summary>
    NewestFirst,
}
