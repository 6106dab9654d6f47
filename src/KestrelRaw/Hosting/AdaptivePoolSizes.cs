using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Hosting;

/// <summary>What finds the sizes of the pools that have no fixed one. Each is shared by the endpoints that share its pool.</summary>
internal sealed class AdaptivePoolSizes(IReadOnlyList<BoundEndpoint> endpoints, ConnectionMetrics metrics, ILogger<AdaptivePoolSize> logger) : IDisposable
{
    private readonly List<AdaptivePoolSize> _adaptations = [];

    /// <summary>To be called before the endpoints listen.</summary>
    public void Start()
    {
        foreach (IGrouping<ConnectionPool, BoundEndpoint> sharing in endpoints.GroupBy(static endpoint => endpoint.Admission.Pool))
        {
            if (sharing.First().Settings.Pool.Adaptive is not { } options)
            {
                continue;
            }

            var adaptation = new AdaptivePoolSize(sharing.Key, options, logger);
            _adaptations.Add(adaptation);
            metrics.Add(adaptation);
            foreach (BoundEndpoint endpoint in sharing)
            {
                endpoint.Adapt(adaptation);
            }
        }
    }

    public void Dispose() => _adaptations.ForEach(static adaptation => adaptation.Dispose());
}
