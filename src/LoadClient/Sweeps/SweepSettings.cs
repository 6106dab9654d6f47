using LoadClient.Load;

namespace LoadClient.Sweeps;

/// <summary>The settings that all runs of a sweep have in common, for people.</summary>
internal static class SweepSettings
{
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(LoadSettings settings, IReadOnlyList<ISweepTool> tools) =>
    [
        .. settings.Rate is { } rate ? Line("Rate", $"{rate} new connections a second") : [],
        .. Line("Timeout", $"{settings.Timeout.TotalSeconds} s for each connection"),
        .. Line("Request", settings.IsOwnRequest ? $"{settings.Request.Length} bytes of the user's own" : "a small GET"),
        .. Line("Expected", Expected(settings)),
        .. Line("Source addresses", settings.Sources.Count == 0 ? "the kernel's choice" : string.Join(", ", settings.Sources)),
        .. Line("Threads", $"{settings.Threads}"),
        .. tools.SelectMany(tool => tool.Version is { } version ? Line(tool.Name, version) : []),
    ];

    private static string Expected(LoadSettings settings)
    {
        string length = settings switch
        {
            { ExpectBytes: { } bytes } => $"{bytes} bytes",
            { AnyLength: true } => "any length",
            _ => "the length of the first response",
        };
        return settings.ExpectText is { } text ? $"{length}, with '{text}' in it" : length;
    }

    private static KeyValuePair<string, string>[] Line(string name, string value) => [new(name, value)];
}
