using System.Text;

namespace LoadClient.Reporting.Charts;

/// <summary>Text from outside, made fit for a picture.</summary>
internal static class ChartText
{
    private const int MostRunes = 28;

    /// <summary>Short enough for a legend, without characters that XML can't hold, and without OxyPlot's marks of sub- and superscript.</summary>
    public static string Label(string text)
    {
        List<Rune> runes = [.. text.EnumerateRunes().Select(rune => IsPrintable(rune) ? rune : Rune.ReplacementChar)];
        string label = string.Concat(runes.Take(MostRunes));
        return (runes.Count > MostRunes ? label + "…" : label)
            .Replace("_{", "_\u200b{", StringComparison.Ordinal)
            .Replace("^{", "^\u200b{", StringComparison.Ordinal);
    }

    private static bool IsPrintable(Rune rune) => !Rune.IsControl(rune) && rune.Value is not (0xFFFE or 0xFFFF);
}
