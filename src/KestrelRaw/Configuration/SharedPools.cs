using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>Endpoints that share a pool must agree on it; what one of them says holds for all.</summary>
internal static class SharedPools
{
    public static EndpointSettings[] Resolve(EndpointSettings[] endpoints, List<Fault> faults)
    {
        Dictionary<string, (string Name, int? Size, int? PerClient)> pools = endpoints
            .GroupBy(endpoint => endpoint.Pool.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                sharing => sharing.Key,
                sharing => (
                    sharing.Key,
                    Agree(sharing.Key, EndpointKeys.PoolSize, sharing.Where(endpoint => endpoint.Pool.StatesSize), static pool => pool.Size, faults),
                    Agree(sharing.Key, EndpointKeys.PoolPerClient, sharing.Where(endpoint => endpoint.Pool.StatesPerClient), static pool => pool.PerClient, faults)),
                StringComparer.OrdinalIgnoreCase);
        return [.. endpoints.Select(endpoint =>
        {
            (string name, int? size, int? perClient) = pools[endpoint.Pool.Name];
            return endpoint with { Pool = endpoint.Pool with { Name = name, Size = size, PerClient = perClient } };
        })];
    }

    private static int? Agree(string pool, Setting<int?> setting, IEnumerable<EndpointSettings> saying, Func<PoolSettings, int?> read, List<Fault> faults)
    {
        EndpointSettings[] endpoints = [.. saying];
        int?[] values = [.. endpoints.Select(endpoint => read(endpoint.Pool)).Distinct()];
        if (values.Length > 1)
        {
            IEnumerable<string> said = endpoints.Select(endpoint => $"{ServerKeys.Endpoints}:{endpoint.Name}:{setting.Key} = {read(endpoint.Pool)?.ToString() ?? "null"}");
            faults.Add(new Fault($"{ServerKeys.Endpoints}:*:{setting.Key}", $"the endpoints that share the pool {pool} do not agree: {string.Join(", ", said)}; give it at one of them, or the same at all"));
        }

        return values.FirstOrDefault();
    }
}
