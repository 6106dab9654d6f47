namespace KestrelRaw.Connections.Loops;

/// <summary>Settings of <c>ConnectionTransport.Epoll</c>, for the whole process.</summary>
public sealed class EpollTransportOptions
{
    /// <summary>
    /// Event loops, each a thread, that share the connections of all endpoints. Null (the default) is one for every two
    /// processors and at least one: the kernel's half of TCP and the handlers' own work need the others. With two loops on
    /// two processors a connection cost 1.4 times as much as with one, and none more was served.
    /// </summary>
    public int? LoopCount { get; set; }
}
