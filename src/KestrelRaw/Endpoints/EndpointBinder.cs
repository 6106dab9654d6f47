using System.Net;
using System.Net.Sockets;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>
/// Opens every listening socket before the host is built: Kestrel binds one endpoint after the other and stops at the
/// first that fails, and a person wants to hear of all of them.
/// </summary>
internal static class EndpointBinder
{
    /// <summary>Two addresses of one name share a port; with port 0 the second may find the first one's choice taken.</summary>
    private const int PortChoices = 8;

    /// <returns>The endpoints that could be bound, in the order of <paramref name="endpoints"/>.</returns>
    public static List<BoundEndpoint> Bind(IEnumerable<EndpointSettings> endpoints, List<Fault> faults)
    {
        var bound = new List<BoundEndpoint>();
        var pools = new Dictionary<string, ConnectionPool>(StringComparer.OrdinalIgnoreCase);
        foreach (EndpointSettings endpoint in endpoints)
        {
            try
            {
                if (!pools.TryGetValue(endpoint.Pool.Name, out ConnectionPool? pool))
                {
                    pool = new ConnectionPool(endpoint.Pool.Size) { Name = endpoint.Pool.Name, PerClient = endpoint.Pool.PerClient };
                    pools.Add(endpoint.Pool.Name, pool);
                }

                bound.Add(new BoundEndpoint(endpoint, Open(endpoint), pool));
            }
            catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
            {
                faults.Add(new Fault($"{ServerKeys.Endpoints}:{endpoint.Name}:{EndpointKeys.Url.Key}", $"can't listen on {endpoint.Address}: {Explain(exception)}"));
            }
        }

        return bound;
    }

    private static List<Socket> Open(EndpointSettings endpoint)
    {
        EndpointAddress address = endpoint.Address;
        if (address.UnixPath is { } path)
        {
            UnixSocketPath.Free(path);
            return [ListenSockets.Open(new UnixDomainSocketEndPoint(path), endpoint.Backlog)];
        }

        IPAddress[] ips = IPAddress.TryParse(address.Host, out IPAddress? ip) ? [ip] : Dns.GetHostAddresses(address.Host!);
        for (int choice = 1; ; choice++)
        {
            try
            {
                return OpenAll(ips, address.Port, endpoint.Backlog);
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
