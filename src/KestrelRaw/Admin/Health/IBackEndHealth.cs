using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KestrelRaw.Admin.Health;

/// <summary>Whether what the endpoints' work depends on is there. Without it the server is alive and not ready.</summary>
internal interface IBackEndHealth : IHealthCheck
{
    /// <summary>What the check is called where it fails.</summary>
    string Name { get; }
}
