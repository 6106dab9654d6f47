using static System.FormattableString;

namespace LoadClient.Reporting;

/// <summary>The total time at each percentage of the good connections, in the format of <c>ab -e</c>.</summary>
internal static class CsvReport
{
    public static void Write(TextWriter output, RunReport report)
    {
        output.Write("Percentage served,Time in ms\n");
        if (report.Latencies.Total.Count == 0)
        {
            return;
        }

        for (int percentage = 0; percentage <= 100; percentage++)
        {
            output.Write(Invariant($"{percentage},{report.Latencies.Total.At(percentage):F3}\n"));
        }
    }
}
