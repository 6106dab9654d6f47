namespace KestrelRaw.Configuration;

/// <summary>Values of <c>KestrelRaw:Transport</c>.</summary>
internal enum TransportChoice
{
    Auto,
    Sockets,
    Epoll,
}
