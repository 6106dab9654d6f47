using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>The validated configuration.</summary>
internal sealed record ServerSettings(TimeSpan ShutdownTimeout, IReadOnlyList<EndpointSettings> Endpoints);
