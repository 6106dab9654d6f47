using KestrelRaw.Admin;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>The validated configuration.</summary>
/// <param name="Transport">How the kernel is asked, by the endpoints whose model is Async.</param>
/// <param name="ShutdownTimeout">How long a drain may take.</param>
/// <param name="Admin">Null turns the admin surface off.</param>
/// <param name="Endpoints">The enabled ones.</param>
internal sealed record ServerSettings(TransportChoice Transport, TimeSpan ShutdownTimeout, AdminSettings? Admin, IReadOnlyList<EndpointSettings> Endpoints);
