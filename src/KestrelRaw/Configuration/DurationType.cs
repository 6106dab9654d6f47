using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KestrelRaw.Configuration;

/// <summary>
/// A TimeSpan (<c>00:00:00.500</c>) or a number with its unit (<c>500ms</c>, <c>2s</c>, <c>1m</c>). A bare number is
/// refused: TimeSpan would read "5" as five days.
/// </summary>
internal sealed partial class DurationType(TimeSpan minimum) : SettingType<TimeSpan>
{
    /// <summary>Timers take up to 49 days; nobody waits a day for a connection.</summary>
    public static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

    private const string Pattern = @"^(([0-9]+(\.[0-9]+)?)(ms|s|m|h)|[0-9]+:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)$";

    public override string Allowed =>
        $"a duration from {Format(minimum)} to {Format(Maximum)}: a number with its unit (500ms, 2s, 1m, 1h) or hh:mm:ss.fff";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = Pattern };

    /// <summary>In the unit that a person would write: <c>500ms</c>, <c>30s</c>.</summary>
    public static string Format(TimeSpan duration) => duration switch
    {
        { Ticks: 0 } => "0s",
        _ when duration.Ticks % TimeSpan.TicksPerHour == 0 => $"{duration.TotalHours:0}h",
        _ when duration.Ticks % TimeSpan.TicksPerMinute == 0 => $"{duration.TotalMinutes:0}m",
        _ when duration.Ticks % TimeSpan.TicksPerSecond == 0 => $"{duration.TotalSeconds:0}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.####}ms"),
    };

    public override bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        Match match = Form().Match(text ?? "");
        return match.Success
            && (match.Groups[2].Success ? TryScale(match.Groups[2].ValueSpan, match.Groups[4].Value, out value) : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value))
            && value >= minimum
            && value <= Maximum;
    }

    private static bool TryScale(ReadOnlySpan<char> number, string unit, out TimeSpan value)
    {
        long ticks = unit switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            _ => TimeSpan.TicksPerHour,
        };
        bool fits = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            && count <= (decimal)Maximum.Ticks / ticks;
        value = fits ? TimeSpan.FromTicks((long)(count * ticks)) : default;
        return fits;
    }

    [GeneratedRegex(Pattern + SettingPattern.IsWhole, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
