using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Endpoints;

/// <summary>Opens the listening sockets of an address: a host name may stand for two.</summary>
internal static class AddressOpener
{
    /// <summary>Two addresses of one name share a port; with port 0 the second may find the first one's choice taken.</summary>
    private const int PortChoices = 8;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="IOException">The address can't be had; the message is for a person.</exception>
    public static List<Socket> Open(EndpointAddress address, int backlog)
    {
        try
        {
            return address.UnixPath is { } path ? OpenUnix(path, backlog) : OpenTcp(address, backlog);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new IOException(Explain(exception), exception);
        }
    }

    private static List<Socket> OpenUnix(string path, int backlog)
    {
        UnixSocketPath.Free(path);
        return [ListenSockets.Open(new UnixDomainSocketEndPoint(path), backlog)];
    }

    private static List<Socket> OpenTcp(EndpointAddress address, int backlog)
    {
        IPAddress[] ips = address.Resolve();
        for (int choice = 1; ; choice++)
        {
            try
            {
                return OpenAll(ips, address.Port, backlog);
            }
            catch (SocketException error) when (
                error.SocketErrorCode == SocketError.AddressAlreadyInUse && address.Port == 0 && ips.Length > 1 && choice < PortChoices)
            {
                // The port that was free on one address is taken on the other: let the kernel choose again.
            }
        }
    }

    private static List<Socket> OpenAll(IPAddress[] ips, int port, int backlog)
    {
        var sockets = new List<Socket>(ips.Length);
        try
        {
            SocketException? unusable = null;
            foreach (IPAddress ip in ips)
            {
                try
                {
                    var socket = ListenSockets.Open(new IPEndPoint(ip, port), backlog);
                    sockets.Add(socket);
                    port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                }
                catch (SocketException error) when (ips.Length > 1 && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
                {
                    // "localhost" names ::1 also on machines without IPv6. One usable address is enough.
                    unusable = error;
                }
            }

            return sockets.Count > 0 ? sockets : throw unusable!;
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static string Explain(Exception exception) => exception switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "the address is in use; stop the other process or choose another port",
        SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException => "permission denied; a port below 1024 needs CAP_NET_BIND_SERVICE, a path needs write access to its directory",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "this machine has no such address",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "the host name can't be resolved",
        _ => exception.Message,
    };
}
