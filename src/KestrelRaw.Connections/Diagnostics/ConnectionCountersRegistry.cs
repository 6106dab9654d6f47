using System.Collections.Concurrent;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>The counters of every endpoint, by the endpoint's name. A singleton in the service collection.</summary>
public sealed class ConnectionCountersRegistry
{
    private readonly ConcurrentDictionary<string, ConnectionCounters> _byEndpoint = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the endpoints and their counters.</summary>
    public IReadOnlyDictionary<string, ConnectionCounters> All => _byEndpoint;

    /// <summary>The endpoint's counters; listeners of one endpoint (a host name with two addresses) share them.</summary>
    public ConnectionCounters For(string endpointName) => _byEndpoint.GetOrAdd(endpointName, static _ => new ConnectionCounters());
}
