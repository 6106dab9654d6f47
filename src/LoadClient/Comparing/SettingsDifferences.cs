using System.Globalization;
using LoadClient.Reporting;

namespace LoadClient.Comparing;

/// <summary>What two runs did differently: a difference in figures may come from there.</summary>
internal static class SettingsDifferences
{
    /// <summary>Every setting but host and port, which the URL says, by the name of its member.</summary>
    private static readonly (string Name, Func<SettingsReport, object?> Value)[] Settings =
    [
        ("url", settings => settings.Url),
        ("path", settings => settings.Path),
        ("isHttp", settings => settings.IsHttp),
        ("requests", settings => settings.Requests),
        ("durationSeconds", settings => settings.DurationSeconds),
        ("connections", settings => settings.Connections),
        ("ratePerSecond", settings => settings.RatePerSecond),
        ("timeoutSeconds", settings => settings.TimeoutSeconds),
        ("requestBytes", settings => settings.RequestBytes),
        ("isOwnBody", settings => settings.IsOwnBody),
        ("expectBytes", settings => settings.ExpectBytes),
        ("expectText", settings => settings.ExpectText),
        ("expectDelaySeconds", settings => settings.ExpectDelaySeconds),
        ("sources", settings => string.Join(',', settings.Sources)),
        ("threads", settings => settings.Threads),
        ("anyLength", settings => settings.AnyLength),
    ];

    /// <summary>A sentence for each.</summary>
    public static IEnumerable<string> Find(RunReport a, RunReport b)
    {
        if (a.ClientVersion != b.ClientVersion)
        {
            yield return Say("clientVersion", a.ClientVersion, b.ClientVersion);
        }

        foreach ((string name, Func<SettingsReport, object?> value) in Settings)
        {
            if (!Equals(value(a.Settings), value(b.Settings)))
            {
                yield return Say(name, value(a.Settings), value(b.Settings));
            }
        }
    }

    private static string Say(string name, object? a, object? b) => $"{name} differs: {Text(a)} in A, {Text(b)} in B";

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
