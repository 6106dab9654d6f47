namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>What a case is run against.</summary>
public enum ServerKind
{
    /// <summary>Model Async on the transport Epoll.</summary>
    Epoll,

    /// <summary>Model Async on the transport Sockets.</summary>
    Sockets,

    /// <summary>Model Threads: a thread and a blocking socket for each connection.</summary>
    Threads,

    /// <summary>Stock Kestrel with a ConnectionHandler that does the same work; see <see cref="StockServer"/>.</summary>
    Stock,
}
