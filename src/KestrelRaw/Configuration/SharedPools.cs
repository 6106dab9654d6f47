using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>Endpoints that share a pool must agree on it; what one of them says holds for all.</summary>
internal static class SharedPools
{
    public static EndpointSettings[] Resolve(EndpointSettings[] endpoints, List<Fault> faults)
    {
        Dictionary<string, PoolSettings> pools = endpoints
            .GroupBy(endpoint => endpoint.Pool.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                sharing => sharing.Key,
                sharing => new PoolSettings(
                    sharing.Key,
                    Agree(EndpointKeys.PoolSize.Key, sharing, static pool => pool.StatesSize, static pool => pool.Size, Show, faults),
                    Agree(EndpointKeys.PoolPerClient.Key, sharing, static pool => pool.StatesPerClient, static pool => pool.PerClient, Show, faults),
                    Agree("Pool:Adaptive", sharing, static pool => pool.StatesAdaptive, static pool => pool.Adaptive, Show, faults)),
                StringComparer.OrdinalIgnoreCase);
        return [.. endpoints.Select(endpoint =>
        {
            PoolSettings pool = pools[endpoint.Pool.Name];
            return endpoint with { Pool = endpoint.Pool with { Name = pool.Name, Size = pool.Size, PerClient = pool.PerClient, Adaptive = pool.Adaptive } };
        })];
    }

    private static T? Agree<T>(
        string key, IGrouping<string, EndpointSettings> sharing, Func<PoolSettings, bool> says, Func<PoolSettings, T?> read, Func<T?, string> show, List<Fault> faults)
    {
        EndpointSettings[] endpoints = [.. sharing.Where(endpoint => says(endpoint.Pool))];
        T?[] values = [.. endpoints.Select(endpoint => read(endpoint.Pool)).Distinct()];
        if (values.Length > 1)
        {
            IEnumerable<string> said = endpoints.Select(endpoint => $"{ServerKeys.Endpoints}:{endpoint.Name}:{key} = {show(read(endpoint.Pool))}");
            faults.Add(new Fault($"{ServerKeys.Endpoints}:*:{key}", $"the endpoints that share the pool {sharing.Key} do not agree: {string.Join(", ", said)}; give it at one of them, or the same at all"));
        }

        return values.FirstOrDefault();
    }

    private static string Show(int? value) => value?.ToString() ?? "null";

    private static string Show(AdaptivePoolSizeOptions? adaptive) => adaptive is null ? "off" : $"{adaptive.Minimum} to {adaptive.Maximum}";
}
