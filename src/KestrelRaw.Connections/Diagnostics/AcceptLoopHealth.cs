using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>A health check that fails once a listening socket is broken for good. A singleton in the service collection.</summary>
public sealed class AcceptLoopHealth : IHealthCheck
{
    private readonly ConcurrentDictionary<string, string> _down = new();

    internal void ReportDown(string endpoint, string error) => _down[endpoint] = error;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_down.IsEmpty
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(string.Join("; ", _down.Select(down => $"endpoint {down.Key} accepts nothing: {down.Value}"))));
}
