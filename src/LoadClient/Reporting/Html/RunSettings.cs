namespace LoadClient.Reporting.Html;

/// <summary>A run's settings for people.</summary>
internal static class RunSettings
{
    /// <summary>Every member of <see cref="SettingsReport"/>.</summary>
    public static IEnumerable<(string Name, string Value)> All(SettingsReport settings) =>
    [
        ("Target", settings.Url),
        ("Host", settings.Host),
        ("Port", settings.Port > 0 ? $"{settings.Port}" : "none: a unix socket"),
        ("Path", settings.Path ?? Units.None),
        ("Response read as", settings.IsHttp ? "HTTP, header and document" : "plain bytes"),
        ("Connections in all", settings.Requests is { } requests ? Units.Count(requests) : "as many as fit into the duration"),
        ("Duration", settings.DurationSeconds is { } duration ? Units.Seconds(duration) : "until all connections are done"),
        ("Connections at once", Units.Count(settings.Connections)),
        ("Rate", settings.RatePerSecond is { } rate ? $"{Units.Rate(rate)} new connections a second (open loop)" : "a new connection when one ends (closed loop)"),
        ("Timeout of a connection", Units.Seconds(settings.TimeoutSeconds)),
        ("Request", $"{Units.Bytes(settings.RequestBytes)}, {(settings.IsOwnBody ? "the user's own" : "a GET")}"),
        ("Expected length", settings.ExpectBytes is { } bytes ? Units.Bytes(bytes) : "that of the first response"),
        ("Other lengths", settings.AnyLength ? "are good too" : "are errors"),
        ("Expected text", settings.ExpectText ?? "any"),
        ("Expected delay D", settings.ExpectDelaySeconds is { } delay ? Units.Seconds(delay) : "not given"),
        ("Local addresses", settings.Sources.Count > 0 ? string.Join(", ", settings.Sources) : "the system's choice"),
        ("Threads", Units.Count(settings.Threads)),
    ];
}
