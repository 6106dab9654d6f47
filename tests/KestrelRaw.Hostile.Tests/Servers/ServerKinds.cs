namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>Every transport, and stock Kestrel where it is there to be compared with.</summary>
public sealed class EveryServer : TheoryData<ServerKind>
{
    public EveryServer()
    {
        AddRange(ServerKind.Epoll, ServerKind.Sockets, ServerKind.Threads);
        if (StockServer.Program is not null)
        {
            Add(ServerKind.Stock);
        }
    }
}

/// <summary>Every transport: for what stock Kestrel has no counterpart of.</summary>
public sealed class EveryTransport : TheoryData<ServerKind>
{
    public EveryTransport() => AddRange(ServerKind.Epoll, ServerKind.Sockets, ServerKind.Threads);
}

/// <summary>The transports of the model Async alone.</summary>
public sealed class AsyncTransports : TheoryData<ServerKind>
{
    public AsyncTransports() => AddRange(ServerKind.Epoll, ServerKind.Sockets);
}
