using LoadClient.Load;
using static System.FormattableString;

namespace LoadClient.Reporting;

/// <summary>The report for people: ab's, line by line, and after it what ab does not know.</summary>
internal static class TextReport
{
    public static void Write(TextWriter output, RunReport report)
    {
        output.WriteLine($"This is LoadClient, Version {report.ClientVersion}");
        if (report.IsPartial)
        {
            output.WriteLine("Partial: the run was stopped before its end; this is what was done until then.");
        }

        output.WriteLine();
        AbLines.Write(output, report);
        WriteEfficiency(output, report);
        WriteErrors(output, report);
        WriteOpenLoop(output, report);
        WritePartial(output, report);
        WriteThresholds(output, report.Thresholds);
        WriteBottlenecks(output, report.Client.Bottlenecks);
    }

    private static void WriteEfficiency(TextWriter output, RunReport report)
    {
        if (report.Efficiency is { } efficiency)
        {
            output.WriteLine();
            output.WriteLine(Invariant($"Efficiency:             {efficiency.Value:F3} (ideal {efficiency.IdealSeconds:F3} s, taken {report.TimeTakenSeconds:F3} s)"));
        }
    }

    private static void WriteErrors(TextWriter output, RunReport report)
    {
        KeyValuePair<string, long>[] errors = [.. report.Errors.Where(error => error.Value > 0)];
        if (errors.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Errors:");
        foreach ((string name, long count) in errors)
        {
            output.WriteLine($"  {name,-20} {count,9}");
            if (name == ConnectionOutcome.Other.Name())
            {
                WriteOtherErrors(output, report.OtherErrors);
            }
        }
    }

    private static void WriteOtherErrors(TextWriter output, IReadOnlyDictionary<string, long> messages)
    {
        foreach ((string message, long count) in messages)
        {
            output.WriteLine($"    {count} x {message}");
        }
    }

    private static void WriteOpenLoop(TextWriter output, RunReport report)
    {
        if (report.Settings.RatePerSecond is { } rate)
        {
            output.WriteLine();
            output.WriteLine(Invariant($"Rate asked:             {rate:F2} [#/sec]"));
            output.WriteLine($"Late starts:            {report.Counts.LateStarts}");
            output.WriteLine(Invariant($"Latest start:           {report.Counts.LatestStartMilliseconds:F3} [ms] after its time"));
        }
    }

    private static void WritePartial(TextWriter output, RunReport report)
    {
        if (!report.IsPartial && report.Counts.Abandoned == 0)
        {
            return;
        }

        output.WriteLine();
        if (report.IsPartial)
        {
            output.WriteLine("Partial:                stopped before its end");
        }

        output.WriteLine($"Abandoned:              {report.Counts.Abandoned} connections still under way");
    }

    private static void WriteThresholds(TextWriter output, IReadOnlyList<ThresholdReport> thresholds)
    {
        if (thresholds.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Thresholds (the run fails if):");
        int expressionWidth = thresholds.Max(threshold => threshold.Expression.Length);
        int measuredWidth = thresholds.Max(threshold => threshold.Measured.Length);
        foreach (ThresholdReport threshold in thresholds)
        {
            string expression = threshold.Expression.PadRight(expressionWidth);
            output.WriteLine($"  {expression}  {threshold.Measured.PadLeft(measuredWidth)}  {(threshold.IsBroken ? "BROKEN" : "ok")}");
        }
    }

    private static void WriteBottlenecks(TextWriter output, IReadOnlyList<string> bottlenecks)
    {
        if (bottlenecks.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("This client, not the server, was the limit:");
        foreach (string bottleneck in bottlenecks)
        {
            output.WriteLine($"  {bottleneck}");
        }
    }
}
