namespace KestrelRaw.Connections.Listening;

/// <summary>Who runs a connection's handler.</summary>
public enum ConnectionDispatch
{
    /// <summary>Kestrel, on the thread pool. The handler may block. The default.</summary>
    ThreadPool,

    /// <summary>
    /// The thread that accepted the connection or heard from its client, with no hand-over in between: for a handler (and
    /// all middleware of its endpoint) that never blocks. One that does keeps other connections waiting; what keeps them
    /// for more than 50 ms is logged. Kestrel's own metrics do not count these connections, ours do; <c>UseHttps</c> does
    /// not work with it.
    /// </summary>
    Inline,
}
