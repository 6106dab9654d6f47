using KestrelRaw.Endpoints;

namespace KestrelRaw.Admin;

/// <summary>The admin surface's validated configuration.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Token">What a change must show; null: none.</param>
/// <param name="AllowedHosts">Further names by which it may be called.</param>
internal sealed record AdminSettings(EndpointAddress Address, string? Token, IReadOnlyList<string> AllowedHosts)
{
    /// <summary>As in appsettings.json.</summary>
    public string Url => $"http://{Address.Authority}";
}
