using KestrelRaw.Configuration;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>
/// Opens every listening socket before the host is built: Kestrel binds one endpoint after the other and stops at the
/// first that fails, and a person wants to hear of all of them.
/// </summary>
internal static class EndpointBinder
{
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

                bound.Add(new BoundEndpoint(endpoint, AddressOpener.Open(endpoint.Address, endpoint.Backlog), pool));
            }
            catch (IOException exception)
            {
                faults.Add(new Fault($"{ServerKeys.Endpoints}:{endpoint.Name}:{EndpointKeys.Url.Key}", $"can't listen on {endpoint.Address}: {exception.Message}"));
            }
        }

        return bound;
    }
}
