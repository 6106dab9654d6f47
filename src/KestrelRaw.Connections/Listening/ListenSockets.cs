using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Connections.Listening;

/// <summary>Opens listening sockets.</summary>
public static class ListenSockets
{
    /// <summary>Binds and listens.</summary>
    /// <param name="endPoint">An IP address and port (0 is any free one), or a Unix domain socket's path.</param>
    /// <param name="backlog">listen(2)'s backlog, in connections.</param>
    /// <exception cref="NotSupportedException"><paramref name="endPoint"/> is of another kind.</exception>
    /// <exception cref="SocketException">The address is in use, not permitted or not there.</exception>
    public static Socket Open(EndPoint endPoint, int backlog)
    {
        Socket socket = endPoint switch
        {
            UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            IPEndPoint => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            _ => throw new NotSupportedException($"{endPoint} ({endPoint.GetType().Name}) is neither an IP address and port nor the path of a Unix domain socket."),
        };
        try
        {
            if (endPoint is IPEndPoint ip)
            {
                // Linux hands these on to the accepted sockets, so they are set once and not once a connection.
                socket.NoDelay = true;
                if (ip.Address.Equals(IPAddress.IPv6Any))
                {
                    // As Kestrel does for [::]: IPv4 clients come in through the same socket.
                    socket.DualMode = true;
                }
            }

            socket.Bind(endPoint);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The kernel's cap on every backlog, or null where it can't be read.</summary>
    public static int? ReadSomaxconn()
    {
        const string Path = "/proc/sys/net/core/somaxconn";
        return File.Exists(Path) && int.TryParse(File.ReadAllText(Path), out int cap) ? cap : null;
    }
}
