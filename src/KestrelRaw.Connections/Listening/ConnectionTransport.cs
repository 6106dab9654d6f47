namespace KestrelRaw.Connections.Listening;

/// <summary>What a listener makes of an accepted socket.</summary>
public enum ConnectionTransport
{
    /// <summary>A pipe in each direction, by the better of <see cref="Epoll"/> and <see cref="Sockets"/> that the system has. The default.</summary>
    Auto,

    /// <summary>Kestrel's socket transport: a pipe in each direction, on every system.</summary>
    Sockets,

    /// <summary>Our own transport: a pipe in each direction, on loops around epoll(7). Linux only.</summary>
    Epoll,

    /// <summary>
    /// The bare socket in blocking mode, for handlers that give each connection a thread of its own. There is no
    /// <c>Transport</c>; the handler uses <c>IConnectionSocketFeature</c>.
    /// </summary>
    BlockingSocket,
}
