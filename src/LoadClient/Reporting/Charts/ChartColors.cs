using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;

namespace LoadClient.Reporting.Charts;

/// <summary>
/// OxyPlot knows only fixed colours: each role goes through it as a colour that is used for nothing else, and is replaced
/// in the finished SVG.
/// </summary>
internal static partial class ChartColors
{
    public static OxyColor Of(ChartRole role) => OxyColor.FromRgb((byte)role, 2, 3);

    /// <summary>The CSS variable of a role: <c>--series-1</c>.</summary>
    public static string Variable(ChartRole role) =>
        role < ChartRole.Series1 ? $"--{role.ToString().ToLowerInvariant()}" : $"--series-{1 + role - ChartRole.Series1}";

    /// <summary>Replaces every role's colour in a CSS declaration by its variable.</summary>
    public static string ToVariables(string css) =>
        RoleColor().Replace(css, match => $"var({Variable((ChartRole)int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))})");

    [GeneratedRegex(@"rgb\((\d+),2,3\)")]
    private static partial Regex RoleColor();
}
