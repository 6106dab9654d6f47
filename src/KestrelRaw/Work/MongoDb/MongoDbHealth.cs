using KestrelRaw.Admin.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KestrelRaw.Work.MongoDb;

/// <summary>Healthy while every MongoDB that an endpoint reads from can be reached.</summary>
internal sealed class MongoDbHealth(MongoDbClients clients) : IBackEndHealth
{
    public string Name => "mongodb";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] faults = [.. clients.All.Select(static client => client.Fault).OfType<string>()];
        return Task.FromResult(faults.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", faults)));
    }
}
