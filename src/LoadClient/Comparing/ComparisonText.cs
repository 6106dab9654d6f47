using LoadClient.Reporting;

namespace LoadClient.Comparing;

/// <summary>Two runs beside each other.</summary>
internal static class ComparisonText
{
    private static readonly string[] Titles = ["", "A", "B", "B - A", "change", "spread of the runs' points"];

    public static void Write(TextWriter output, string nameA, RunReport a, string nameB, RunReport b)
    {
        output.WriteLine($"A: {nameA} ({a.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {a.Settings.Url})");
        output.WriteLine($"B: {nameB} ({b.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {b.Settings.Url})");
        foreach (string warning in Warnings(a, b))
        {
            output.WriteLine($"Warning: {warning}");
        }

        output.WriteLine();
        WriteTable(output, [Titles, .. Figure.All.Select(figure => Cells(ComparedFigure.Compare(figure, a, b)))]);
    }

    private static IEnumerable<string> Warnings(RunReport a, RunReport b)
    {
        if (a.IsPartial)
        {
            yield return "A is partial: it was stopped before its end";
        }

        if (b.IsPartial)
        {
            yield return "B is partial: it was stopped before its end";
        }

        foreach (string difference in SettingsDifferences.Find(a, b))
        {
            yield return difference;
        }
    }

    private static string[] Cells(ComparedFigure figure) => [figure.Name, figure.A, figure.B, figure.Difference, figure.Percent, figure.Verdict];

    /// <summary>Names and verdicts flush left, figures flush right.</summary>
    private static void WriteTable(TextWriter output, string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, Titles.Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                column == 0 || column == Titles.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
