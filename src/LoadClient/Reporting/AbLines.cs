using LoadClient.Load;
using static System.FormattableString;

namespace LoadClient.Reporting;

/// <summary>
/// The lines of ab's report: the same labels, order, columns and units, so that scripts which parse ab go on working.
/// Where ab counts every connection that ended, good or not, rates and times here are of the good ones: a server that
/// refuses is not fast.
/// </summary>
internal static class AbLines
{
    private static readonly int[] Percentages = [50, 66, 75, 80, 90, 95, 98, 99];

    public static void Write(TextWriter output, RunReport report)
    {
        WriteTarget(output, report);
        WriteCounts(output, report);
        WriteRates(output, report);
        if (report.Counts.Good > 0)
        {
            WriteConnectionTimes(output, report.Latencies);
        }

        if (report.Counts.Good > 1)
        {
            WritePercentages(output, report.Latencies.Total);
        }
    }

    private static void WriteTarget(TextWriter output, RunReport report)
    {
        // The server's word goes to a terminal: no control characters.
        string software = string.Concat(report.Server.Software.Select(character => char.IsControl(character) ? '?' : character));
        output.WriteLine();
        output.WriteLine($"Server Software:        {software}");
        output.WriteLine($"Server Hostname:        {report.Settings.Host}");
        output.WriteLine($"Server Port:            {report.Settings.Port}");
        output.WriteLine();
        output.WriteLine($"Document Path:          {report.Settings.Path ?? (report.Settings.IsOwnBody ? "-" : "/")}");
        output.WriteLine($"Document Length:        {(report.Settings.AnyLength ? "Variable" : $"{report.Server.DocumentBytes} bytes")}");
        output.WriteLine();
    }

    private static void WriteCounts(TextWriter output, RunReport report)
    {
        output.WriteLine($"Concurrency Level:      {report.Settings.Connections}");
        output.WriteLine(Invariant($"Time taken for tests:   {report.TimeTakenSeconds:F3} seconds"));
        output.WriteLine($"Complete requests:      {report.Counts.Complete}");
        output.WriteLine($"Failed requests:        {report.Counts.Failed}");
        if (report.Counts.Failed > 0)
        {
            WriteFailures(output, report);
        }

        if (report.Counts.Non2xx > 0)
        {
            output.WriteLine($"Non-2xx responses:      {report.Counts.Non2xx}");
        }

        output.WriteLine($"Total transferred:      {report.Bytes.Received} bytes");
        if (report.Settings.IsOwnBody)
        {
            output.WriteLine($"Total body sent:        {report.Bytes.Sent}");
        }

        output.WriteLine($"HTML transferred:       {report.Bytes.Document} bytes");
    }

    /// <summary>Our errors in ab's four classes; what fits in none of them is an exception.</summary>
    private static void WriteFailures(TextWriter output, RunReport report)
    {
        long Count(params ReadOnlySpan<ConnectionOutcome> outcomes)
        {
            long count = 0;
            foreach (ConnectionOutcome outcome in outcomes)
            {
                count += report.Errors.GetValueOrDefault(outcome.Name());
            }

            return count;
        }

        long connect = Count(ConnectionOutcome.Refused, ConnectionOutcome.ConnectTimeout, ConnectionOutcome.NoLocalPort, ConnectionOutcome.NoFileDescriptor);
        long receive = Count(ConnectionOutcome.Reset, ConnectionOutcome.ReadTimeout);
        long length = Count(ConnectionOutcome.ShortResponse, ConnectionOutcome.UnexpectedResponse);
        output.WriteLine($"   (Connect: {connect}, Receive: {receive}, Length: {length}, Exceptions: {report.Counts.Failed - connect - receive - length})");
    }

    private static void WriteRates(TextWriter output, RunReport report)
    {
        double seconds = report.TimeTakenSeconds;
        if (seconds <= 0)
        {
            return;
        }

        output.WriteLine(Invariant($"Requests per second:    {report.RequestsPerSecond:F2} [#/sec] (mean)"));
        if (report.Counts.Good > 0)
        {
            double apart = seconds * 1000 / report.Counts.Good;

            // ab's figure, concurrency times the time between two ends, holds for a closed loop only: an open one need not
            // use all the connections that it may.
            double mean = report.Settings.RatePerSecond is null ? report.Settings.Connections * apart : report.Latencies.Total.Mean;
            output.WriteLine(Invariant($"Time per request:       {mean:F3} [ms] (mean)"));
            output.WriteLine(Invariant($"Time per request:       {apart:F3} [ms] (mean, across all concurrent requests)"));
        }

        output.WriteLine(Invariant($"Transfer rate:          {report.Bytes.Received / 1024.0 / seconds:F2} [Kbytes/sec] received"));
        if (report.Settings.IsOwnBody)
        {
            output.WriteLine(Invariant($"                        {report.Bytes.Sent / 1024.0 / seconds:F2} kb/s sent"));
            output.WriteLine(Invariant($"                        {(report.Bytes.Received + report.Bytes.Sent) / 1024.0 / seconds:F2} kb/s total"));
        }
    }

    private static void WriteConnectionTimes(TextWriter output, LatenciesReport latencies)
    {
        output.WriteLine();
        output.WriteLine("Connection Times (ms)");
        output.WriteLine("              min  mean[+/-sd] median   max");
        WriteRow(output, "Connect:", latencies.Connect);
        WriteRow(output, "Processing:", latencies.Processing);
        WriteRow(output, "Waiting:", latencies.Waiting);
        WriteRow(output, "Total:", latencies.Total);
    }

    private static void WriteRow(TextWriter output, string label, LatencyReport latency) => output.WriteLine(Invariant(
        $"{label,-12}{Milliseconds.Round(latency.Min),5} {Milliseconds.Round(latency.Mean),4} {latency.StandardDeviation,5:F1} {Milliseconds.Round(latency.Median),6} {Milliseconds.Round(latency.Max),7}"));

    private static void WritePercentages(TextWriter output, LatencyReport total)
    {
        output.WriteLine();
        output.WriteLine("Percentage of the requests served within a certain time (ms)");
        foreach (int percentage in Percentages)
        {
            output.WriteLine($"  {percentage}%  {Milliseconds.Round(total.At(percentage)),5}");
        }

        output.WriteLine($" 100%  {Milliseconds.Round(total.Max),5} (longest request)");
    }
}
