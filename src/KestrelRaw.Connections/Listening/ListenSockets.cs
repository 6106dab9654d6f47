using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Listening;

/// <summary>Opens listening sockets, and takes over open ones.</summary>
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
            SetInheritedOptions(socket);
            if (endPoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
            {
                // As Kestrel does for [::]: IPv4 clients come in through the same socket.
                socket.DualMode = true;
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

    /// <summary>
    /// Takes over a listening socket that another process has opened and passed on, as systemd does. It goes on being that
    /// process's too: set <see cref="ConnectionListenerOptions.IsListenSocketShared"/>. Its backlog and its address stay as
    /// they are. Child processes do not get it.
    /// </summary>
    /// <param name="descriptor">The descriptor's number in this process; the socket owns it.</param>
    /// <exception cref="SocketException"><paramref name="descriptor"/> is not open, or no socket.</exception>
    /// <exception cref="NotSupportedException">It is a socket, but not a listening one of TCP or a Unix domain stream.</exception>
    public static Socket Inherit(int descriptor)
    {
        // Not owned at first: a number that was wrong may be a descriptor of the runtime's.
        using (var probe = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false)))
        {
            bool isListening = (int)probe.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;
            if (!isListening || probe.SocketType != SocketType.Stream
                || probe.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix))
            {
                throw new NotSupportedException($"Descriptor {descriptor} is a socket, but not a listening one of TCP or a Unix domain stream.");
            }
        }

        CloseOnExec.Set(descriptor);
        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        SetInheritedOptions(socket);
        return socket;
    }

    /// <summary>The kernel's cap on every backlog, or null where it can't be read.</summary>
    public static int? ReadSomaxconn()
    {
        const string Path = "/proc/sys/net/core/somaxconn";
        return File.Exists(Path) && int.TryParse(File.ReadAllText(Path), out int cap) ? cap : null;
    }

    /// <summary>Linux hands these on to the accepted sockets, so they are set once and not once a connection.</summary>
    private static void SetInheritedOptions(Socket listening)
    {
        if (listening.AddressFamily != AddressFamily.Unix)
        {
            listening.NoDelay = true;

            // Urgent bytes are read like all others, as RFC 6093 asks for. Beside the stream they would stay unread, and a
            // close with input unread is a RST, which destroys what is still on its way to the client.
            listening.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
            _ = UnsentBytes.TryLimit(listening);
        }
    }
}
