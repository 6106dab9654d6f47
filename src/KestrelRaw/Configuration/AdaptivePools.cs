using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Endpoints;
using KestrelRaw.Work;

namespace KestrelRaw.Configuration;

/// <summary>What does not go with a pool that finds its own size.</summary>
internal static class AdaptivePools
{
    /// <param name="endpoints">What shares a pool agrees on it by now.</param>
    /// <param name="faults">Gets every fault.</param>
    public static void Check(IEnumerable<EndpointSettings> endpoints, List<Fault> faults)
    {
        foreach (EndpointSettings endpoint in endpoints)
        {
            if (endpoint.Pool.Adaptive is { } adaptive)
            {
                Check(endpoint, adaptive, faults);
            }
        }
    }

    private static void Check(EndpointSettings endpoint, AdaptivePoolSizeOptions adaptive, List<Fault> faults)
    {
        string section = $"{ServerKeys.Endpoints}:{endpoint.Name}";
        if (endpoint.Work.Kind is WorkKind.Delay or WorkKind.None)
        {
            faults.Add(new Fault(
                $"{section}:{EndpointKeys.WorkKind.Key}",
                $"\"{endpoint.Work.Kind}\" can't go with the adaptive pool {endpoint.Pool.Name} ({EndpointKeys.PoolAdaptiveEnabled.Key}): its latency carries no signal, it is the same at any size"));
        }

        if (endpoint.Pool is { StatesSize: true, Size: { } size } && (size < adaptive.Minimum || size > adaptive.Maximum))
        {
            faults.Add(new Fault(
                $"{section}:{EndpointKeys.PoolSize.Key}",
                $"{size} is where the adaptive pool {endpoint.Pool.Name} would begin, and is not within its bounds, {adaptive.Minimum} to {adaptive.Maximum}"));
        }
    }
}
