using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>A transport, and who runs the handler.</summary>
public enum TestedTransport
{
    Sockets,
    SocketsInline,
    Epoll,
    EpollInline,
}

internal static class TestedTransports
{
    public static bool IsEpoll(this TestedTransport transport) => transport is TestedTransport.Epoll or TestedTransport.EpollInline;

    public static bool IsInline(this TestedTransport transport) => transport is TestedTransport.SocketsInline or TestedTransport.EpollInline;

    public static void Apply(this TestedTransport transport, ConnectionListenerOptions options)
    {
        options.Transport = transport.IsEpoll() ? ConnectionTransport.Epoll : ConnectionTransport.Sockets;
        options.Dispatch = transport.IsInline() ? ConnectionDispatch.Inline : ConnectionDispatch.ThreadPool;
    }
}
