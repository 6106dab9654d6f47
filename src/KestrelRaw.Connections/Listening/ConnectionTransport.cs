namespace KestrelRaw.Connections.Listening;

/// <summary>What a listener makes of an accepted socket.</summary>
public enum ConnectionTransport
{
    /// <summary>Kestrel's socket transport: a pipe in each direction, asynchronous.</summary>
    Pipes,

    /// <summary>
    /// The bare socket in blocking mode, for handlers that give each connection a thread of its own. There is no
    /// <c>Transport</c>; the handler uses <c>IConnectionSocketFeature</c>.
    /// </summary>
    BlockingSocket,
}
