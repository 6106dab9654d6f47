using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadClient.Durations;

/// <summary>
/// Durations on the command line: a number with its unit (<c>500ms</c>, <c>2s</c>, <c>1m</c>, <c>1h</c>) or
/// <c>hh:mm:ss.fff</c>. A bare number is refused: it could be either milliseconds or seconds.
/// </summary>
internal static partial class DurationText
{
    public const string Allowed = "a number with its unit (500ms, 2s, 1m, 1h) or hh:mm:ss.fff, 30 days at most";

    /// <summary>Below the 49 days that timers take.</summary>
    private static readonly TimeSpan Maximum = TimeSpan.FromDays(30);

    /// <param name="text">What the user wrote.</param>
    /// <param name="duration">From zero to 30 days.</param>
    /// <param name="fault">What is wrong with the text and what is allowed.</param>
    public static bool TryParse(string text, out TimeSpan duration, [NotNullWhen(false)] out string? fault)
    {
        duration = default;
        if (Form().Match(text) is not { Success: true } match)
        {
            fault = BareNumber().IsMatch(text) ? $"'{text}' has no unit; a duration is {Allowed}" : $"'{text}' is no duration: {Allowed}";
            return false;
        }

        bool fits = match.Groups["unit"].Success
            ? TryScale(match.Groups["number"].ValueSpan, TicksOf(match.Groups["unit"].Value), out decimal ticks)
            : TryAddUp(match, out ticks);
        duration = fits ? TimeSpan.FromTicks((long)ticks) : default;
        fault = fits ? null : $"'{text}' is too long: {Allowed}";
        return fits;
    }

    private static long TicksOf(string unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        _ => TimeSpan.TicksPerHour,
    };

    // Not TimeSpan.Parse: it reads 24:00:00 as 24 days.
    private static bool TryAddUp(Match match, out decimal ticks)
    {
        bool fits = TryScale(match.Groups["hours"].ValueSpan, TimeSpan.TicksPerHour, out ticks)
            & TryScale(match.Groups["minutes"].ValueSpan, TimeSpan.TicksPerMinute, out decimal minutes)
            & TryScale(match.Groups["seconds"].ValueSpan, TimeSpan.TicksPerSecond, out decimal seconds);
        ticks += minutes + seconds;
        return fits && ticks <= Maximum.Ticks;
    }

    private static bool TryScale(ReadOnlySpan<char> number, long unit, out decimal ticks)
    {
        bool fits = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            && count <= (decimal)Maximum.Ticks / unit;
        ticks = fits ? count * unit : 0;
        return fits;
    }

    [GeneratedRegex(@"^((?<number>[0-9]+(\.[0-9]+)?)(?<unit>ms|s|m|h)|(?<hours>[0-9]+):(?<minutes>[0-5][0-9]):(?<seconds>[0-5][0-9](\.[0-9]{1,7})?))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex BareNumber();
}
