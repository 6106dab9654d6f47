using System.Net.Sockets;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// Has the kernel end a connection whose peer acknowledges nothing: no probe, no data, no FIN. Set on a listening socket,
/// which hands it on to what it accepts. RFC 5482's timeout is for what was sent (TCP_USER_TIMEOUT); where nothing is under
/// way the probes of RFC 1122, 4.2.3.6, make that there is something to acknowledge.
/// </summary>
internal static class UnreachablePeers
{
    /// <summary>The kernel counts the time between two probes in seconds.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The kernel takes 32,767 s between two probes, and the timeout is three times that of the first.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private const int UserTimeout = 18;

    /// <summary>The first probe after a third of the time, and four until its end: one that is lost says nothing.</summary>
    private const int TimeToFirstProbe = 3;

    private const int TimeToInterval = 6;

    /// <param name="listening">A socket of TCP.</param>
    /// <param name="timeout">After which a peer is given up; null: as long as its machine's settings say, which is hours.</param>
    /// <exception cref="SocketException">The kernel does not know these options.</exception>
    public static void Set(Socket listening, TimeSpan? timeout)
    {
        listening.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, timeout is not null);
        listening.SetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, BitConverter.GetBytes((int)(timeout?.TotalMilliseconds ?? 0)));
        if (timeout is { } time)
        {
            int first = Seconds(time / TimeToFirstProbe);
            int interval = Seconds(time / TimeToInterval);
            listening.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, first);
            listening.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, interval);

            // The user timeout comes before the count; this is what it amounts to.
            listening.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Math.Max(1, (Seconds(time) - first) / interval));
        }
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}
