namespace KestrelRaw.Admin.Live;

/// <summary>What the page says of the server itself; sent first, and again when a setting has changed it.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">Unix milliseconds; another one tells the page that the counters have begun anew.</param>
/// <param name="Resizing"><c>open</c>, <c>token</c> or <c>refused</c>.</param>
/// <param name="Endpoints">In the order in which they are shown.</param>
internal sealed record LiveServer(string Version, long StartedAt, string Resizing, IReadOnlyList<LiveEndpoint> Endpoints);

/// <summary>What does not move: an endpoint's settings. <c>Adaptive</c> is null unless the pool finds its own size.</summary>
internal sealed record LiveEndpoint(
    string Name, IReadOnlyList<string> Urls, string Model, string Work, string Response, string Pool, LiveBounds? Adaptive, string WhenFull);

/// <summary>Within which a pool finds its size.</summary>
internal sealed record LiveBounds(int Minimum, int Maximum);
