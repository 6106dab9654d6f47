using KestrelRaw.Endpoints;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Endpoints that share a pool must agree on it; what one of them says holds for all.</summary>
internal static class SharedPools
{
    public static EndpointSettings[] Resolve(EndpointSettings[] endpoints, IConfigurationRoot configuration, List<Fault> faults)
    {
        Dictionary<string, PoolSettings> pools = endpoints
            .GroupBy(endpoint => endpoint.Pool.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                sharing => sharing.Key,
                sharing => new PoolSettings(
                    sharing.Key,
                    Agree(sharing, EndpointKeys.PoolSize, static pool => pool.Size, configuration, faults),
                    Agree(sharing, EndpointKeys.PoolPerClient, static pool => pool.PerClient, configuration, faults)),
                StringComparer.OrdinalIgnoreCase);
        return [.. endpoints.Select(endpoint => endpoint with { Pool = pools[endpoint.Pool.Name] })];
    }

    private static int? Agree(
        IGrouping<string, EndpointSettings> sharing, Setting<int?> setting, Func<PoolSettings, int?> read, IConfigurationRoot configuration, List<Fault> faults)
    {
        EndpointSettings[] saying = [.. sharing.Where(endpoint => configuration.Find(KeyOf(endpoint, setting)) is not null)];
        int?[] values = [.. saying.Select(endpoint => read(endpoint.Pool)).Distinct()];
        if (values.Length > 1)
        {
            IEnumerable<string> said = saying.Select(endpoint => $"{KeyOf(endpoint, setting)} = {read(endpoint.Pool)?.ToString() ?? "null"}");
            faults.Add(new Fault($"{ServerKeys.Endpoints}:*:{setting.Key}", $"the endpoints that share the pool {sharing.Key} do not agree: {string.Join(", ", said)}; give it at one of them, or the same at all"));
        }

        return values.FirstOrDefault();
    }

    private static string KeyOf(EndpointSettings endpoint, Setting setting) => $"{ServerKeys.Endpoints}:{endpoint.Name}:{setting.Key}";
}
