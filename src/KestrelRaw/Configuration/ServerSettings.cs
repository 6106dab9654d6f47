using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>The validated configuration.</summary>
/// <param name="ShutdownTimeout">How long a drain may take.</param>
/// <param name="IsAdminConfigured">Somebody asks for the admin surface, which this version doesn't have.</param>
/// <param name="Endpoints">The enabled ones.</param>
internal sealed record ServerSettings(TimeSpan ShutdownTimeout, bool IsAdminConfigured, IReadOnlyList<EndpointSettings> Endpoints);
