using System.Globalization;
using LoadClient.Reporting;

namespace LoadClient.Comparing;

/// <summary>A figure in both runs, as a row of text.</summary>
/// <param name="Name">The figure's.</param>
/// <param name="A">Its value in the first run; <c>-</c>: it has none.</param>
/// <param name="B">The same in the second.</param>
/// <param name="Difference">B less A, with its sign.</param>
/// <param name="Percent">The difference in percent of A.</param>
/// <param name="Verdict">Whether the difference exceeds the runs' own spread.</param>
internal sealed record ComparedFigure(string Name, string A, string B, string Difference, string Percent, string Verdict)
{
    private const string None = "-";

    public static ComparedFigure Compare(Figure figure, RunReport a, RunReport b)
    {
        double? difference = figure.Of(b) - figure.Of(a);
        return new ComparedFigure(
            figure.Name,
            Text(figure.Of(a), figure.Format),
            Text(figure.Of(b), figure.Format),
            Text(difference, $"+{figure.Format};-{figure.Format};{figure.Format}"),
            Text(figure.Of(a) is { } first and not 0 ? 100 * difference / first : null, "+0.0' %';-0.0' %';0.0' %'"),
            Judge(figure, difference, a, b));
    }

    private static string Judge(Figure figure, double? difference, RunReport a, RunReport b)
    {
        if (figure.AtPoint is not { } atPoint || difference is null)
        {
            return None;
        }

        if (Spread.Of(a.Timeline, atPoint) is not { } spreadA || Spread.Of(b.Timeline, atPoint) is not { } spreadB)
        {
            return "unknown: too short";
        }

        double spread = Math.Max(spreadA, spreadB);
        string isBeyond = Math.Abs(difference.Value) > spread ? "beyond" : "within";
        return $"{isBeyond} the spread of {Text(spread, figure.Format)}";
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}
