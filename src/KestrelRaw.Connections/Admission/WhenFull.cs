namespace KestrelRaw.Connections.Admission;

/// <summary>What an endpoint does while its pool has no slot.</summary>
public enum WhenFull
{
    /// <summary>
    /// Takes a slot, then accepts, as gevent's <c>StreamServer</c> with a <c>Pool(N)</c>: what there is no room for waits
    /// in the kernel's backlog and costs the process nothing.
    /// </summary>
    StopAccepting,

    /// <summary>Accepts; the connection waits in a bounded queue, for a bounded time.</summary>
    Queue,

    /// <summary>Accepts, and turns the connection away at once.</summary>
    Reject,
}
