using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using LoadClient.Durations;

namespace LoadClient.Thresholds;

/// <summary>A threshold's expression taken apart.</summary>
/// <param name="Key">What it watches.</param>
/// <param name="Percentile">Of the total time; for a latency only.</param>
/// <param name="Comparison"><c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c> or <c>&lt;=</c>.</param>
/// <param name="Limit">Milliseconds, a count, a percentage, a rate or an efficiency.</param>
/// <param name="IsShare">The limit is a percentage.</param>
internal sealed partial record ThresholdParts(ThresholdKey Key, double Percentile, string Comparison, double Limit, bool IsShare)
{
    private static readonly (string Name, ThresholdKey Key, double Percentile)[] Keys =
    [
        ("p50", ThresholdKey.Latency, 50),
        ("p90", ThresholdKey.Latency, 90),
        ("p95", ThresholdKey.Latency, 95),
        ("p99", ThresholdKey.Latency, 99),
        ("p99.9", ThresholdKey.Latency, 99.9),
        ("max", ThresholdKey.Latency, 100),
        ("failed", ThresholdKey.Failed, 0),
        ("rps", ThresholdKey.Rate, 0),
        ("efficiency", ThresholdKey.Efficiency, 0),
    ];

    public static bool TryParse(string text, [NotNullWhen(true)] out ThresholdParts? parts, [NotNullWhen(false)] out string? fault)
    {
        parts = null;
        Match match = Form().Match(text);
        if (!match.Success)
        {
            fault = $"'{text}' is no threshold: a key, one of > >= < <=, and a value, such as p99>600ms; {AllowedKeys()}";
            return false;
        }

        string name = match.Groups["key"].Value;
        int index = Array.FindIndex(Keys, key => key.Name == name);
        if (index < 0)
        {
            fault = $"'{text}': there is no key '{name}'; {AllowedKeys()}";
            return false;
        }

        (_, ThresholdKey key, double percentile) = Keys[index];
        string value = match.Groups["value"].Value;
        if (!TryParseLimit(key, value, out double limit, out bool isShare, out string? valueFault))
        {
            fault = $"'{text}': {name} takes {valueFault}";
            return false;
        }

        parts = new ThresholdParts(key, percentile, match.Groups["comparison"].Value, limit, isShare);
        fault = null;
        return true;
    }

    private static string AllowedKeys() => $"keys are {string.Join(", ", Keys.Select(key => key.Name))}";

    private static bool TryParseLimit(ThresholdKey key, string text, out double limit, out bool isShare, [NotNullWhen(false)] out string? fault)
    {
        isShare = false;
        if (key == ThresholdKey.Latency)
        {
            bool isDuration = DurationText.TryParse(text, out TimeSpan duration, out string? durationFault);
            limit = duration.TotalMilliseconds;
            fault = isDuration ? null : $"a duration, but {durationFault}";
            return isDuration;
        }

        isShare = key == ThresholdKey.Failed && text.EndsWith('%');
        string number = isShare ? text[..^1].TrimEnd() : text;
        bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out limit) && double.IsFinite(limit);
        fault = isNumber ? null : $"{(key == ThresholdKey.Failed ? "a count (0) or a percentage (1%)" : "a number (0.95)")}, but '{text}' is none";
        return isNumber;
    }

    [GeneratedRegex(@"^\s*(?<key>[^\s<>=]+)\s*(?<comparison>[<>]=?)\s*(?<value>[^\s<>=](.*\S)?)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
