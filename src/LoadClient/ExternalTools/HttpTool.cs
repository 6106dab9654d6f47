using LoadClient.Load;
using LoadClient.Targets;

namespace LoadClient.ExternalTools;

/// <summary>What the tools that speak HTTP have in common.</summary>
internal static class HttpTool
{
    public static string? WhyNot(string tool, LoadSettings settings) => settings switch
    {
        { Target.Kind: TargetKind.Unix } => $"{tool} can't connect to a unix socket",
        { Rate: not null } => $"{tool} has no open loop",
        { IsOwnRequest: true } => $"{tool} can't send bytes of one's own",
        _ => null,
    };

    /// <summary>A tcp:// target is spoken to in HTTP as well: its response may well look like it.</summary>
    public static string Url(Target target)
    {
        string host = target.Host.Contains(':', StringComparison.Ordinal) && target.Host[0] != '[' ? $"[{target.Host}]" : target.Host;
        return $"http://{host}:{target.Port}{(target.Path.StartsWith('/') ? target.Path : "/")}";
    }

    /// <summary>ab and bombardier measure every connection, whatever became of it.</summary>
    public static string LatenciesOfFailed(long good, long failed) => good > 0 && failed > 0 ? "the latencies are also of the failed ones" : "";

    public static string Unchecked(LoadSettings settings) =>
        settings.ExpectText is not null || settings.ExpectBytes is not null ? "the expected response is not checked" : "";

    /// <summary>Ideal time ceil(n/c) x D over the time taken, for n good connections, c at once, of which each takes D.</summary>
    public static double? Efficiency(LoadSettings settings, long good, double secondsTaken) =>
        settings.ExpectDelay is { } delay && secondsTaken > 0
            ? Math.Ceiling((double)good / settings.Connections) * delay.TotalSeconds / secondsTaken
            : null;
}
