using System.Globalization;
using LoadClient.Reporting;
using static System.FormattableString;

namespace LoadClient.Merging;

/// <summary>What a merge found, for people.</summary>
internal static class MergeText
{
    public static void Write(TextWriter output, MergeReport report)
    {
        int width = report.Files.Max(file => file.Path.Length);
        foreach (MergedFileReport file in report.Files)
        {
            string rate = file.RequestsPerSecond is { } value ? Invariant($"{value:F2}/s") : "-";
            output.WriteLine($"{file.Path.PadRight(width)}  {Span(file.StartedAt, file.EndedAt)}  {file.Count,10}  {rate,12}");
        }

        output.WriteLine();
        output.WriteLine($"Good connections:       {report.Count}");
        WriteWindow(output, report.Window);
        WritePercentiles(output, report.Percentiles);
    }

    private static void WriteWindow(TextWriter output, MergeWindowReport? window)
    {
        if (window is null)
        {
            output.WriteLine("Requests per second:    - (no time in which all files were recording)");
            return;
        }

        output.WriteLine(Invariant($"Requests per second:    {window.RequestsPerSecond:F2} [#/sec], summed over the common window"));
        output.WriteLine(Invariant($"Common window:          {Span(window.StartedAt, window.EndedAt)}, {(window.EndedAt - window.StartedAt).TotalSeconds:F3} seconds"));
        if (window.HasSplitIntervals)
        {
            output.WriteLine("                        intervals that reach over its edges are counted in proportion");
        }
    }

    private static void WritePercentiles(TextWriter output, IReadOnlyList<PercentileReport> percentiles)
    {
        if (percentiles.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Total times (ms)");
        foreach (PercentileReport point in percentiles)
        {
            string name = point.Percentile == 100 ? "max" : Invariant($"p{point.Percentile}");
            output.WriteLine(Invariant($"  {name,-8}{point.Milliseconds,12:F3}"));
        }
    }

    private static string Span(DateTimeOffset start, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"{start.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} to {end.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC");
}
