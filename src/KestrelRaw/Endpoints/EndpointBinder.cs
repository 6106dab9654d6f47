using System.Net.Sockets;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>
/// Opens every listening socket before the host is built: Kestrel binds one endpoint after the other and stops at the
/// first that fails, and a person wants to hear of all of them.
/// </summary>
internal static class EndpointBinder
{
    /// <param name="endpoints">What is to listen.</param>
    /// <param name="inherited">The sockets that an endpoint was passed, by its name. One that has some opens none of its own.</param>
    /// <param name="faults">Gets each address that can't be had.</param>
    /// <returns>The endpoints that could be bound, in the order of <paramref name="endpoints"/>.</returns>
    public static List<BoundEndpoint> Bind(IEnumerable<EndpointSettings> endpoints, ILookup<string, Socket> inherited, List<Fault> faults)
    {
        var bound = new List<BoundEndpoint>();
        var pools = new Dictionary<string, ConnectionPool>(StringComparer.OrdinalIgnoreCase);
        foreach (EndpointSettings endpoint in endpoints)
        {
            try
            {
                if (!pools.TryGetValue(endpoint.Pool.Name, out ConnectionPool? pool))
                {
                    pool = new ConnectionPool(endpoint.Pool.StartSize) { Name = endpoint.Pool.Name, PerClient = endpoint.Pool.PerClient };
                    pools.Add(endpoint.Pool.Name, pool);
                }

                List<Socket> passed = [.. inherited[endpoint.Name]];
                bound.Add(passed.Count > 0
                    ? new BoundEndpoint(endpoint, passed, pool) { HasInheritedSockets = true }
                    : new BoundEndpoint(endpoint, AddressOpener.Open(endpoint.Address, endpoint.Backlog), pool));
            }
            catch (IOException exception)
            {
                faults.Add(new Fault($"{ServerKeys.Endpoints}:{endpoint.Name}:{EndpointKeys.Url.Key}", $"can't listen on {endpoint.Address}: {exception.Message}"));
            }
        }

        return bound;
    }
}
