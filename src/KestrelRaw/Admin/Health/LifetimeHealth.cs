using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace KestrelRaw.Admin.Health;

/// <summary>Healthy until the drain begins: the endpoints listen before the admin surface is there.</summary>
internal sealed class LifetimeHealth(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
}
