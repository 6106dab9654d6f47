using System.Globalization;

namespace LoadClient.Reporting.Html;

/// <summary>The figures behind the charts.</summary>
internal static class RunTables
{
    private static readonly double[] Percentiles = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 99.999, 100];

    public static Markup Times(LatenciesReport latencies) => PageParts.Table("Connection times, ms", ["", "min", "mean", "sd", "median", "max"],
    [
        Times("Connect", latencies.Connect),
        Times("Processing", latencies.Processing),
        Times("Waiting", latencies.Waiting),
        Times("Total", latencies.Total),
    ]);

    public static IEnumerable<Markup> All(RunReport report)
    {
        yield return PageParts.Table("Percentiles, ms", ["%", "connect", "processing", "waiting", "total"], PercentileRows(report.Latencies));
        yield return PageParts.List("Connections", Counts(report));
        yield return PageParts.List("Errors", Errors(report));
        if (report.Thresholds.Count > 0)
        {
            yield return PageParts.List("Thresholds: fail if", report.Thresholds.Select(threshold =>
                (threshold.Expression, $"{(threshold.IsBroken ? "broken" : "kept")}, measured {threshold.Measured}")));
        }

        yield return PageParts.List("Settings", RunSettings.All(report.Settings));
        yield return PageParts.List("Client", Client(report.Client));
    }

    private static Markup Times(string name, LatencyReport latency) => PageParts.Row(name, latency.Count == 0
        ? Enumerable.Repeat(Units.None, 5)
        : new[] { latency.Min, latency.Mean, latency.StandardDeviation, latency.Median, latency.Max }.Select(Units.Milliseconds));

    /// <summary>Not beyond what the number of connections can tell: of a thousand, 99.99 % is the maximum.</summary>
    private static IEnumerable<Markup> PercentileRows(LatenciesReport latencies) =>
        from percentile in Percentiles
        where percentile is <= 99 or 100 || latencies.Total.Count * (100 - percentile) >= 100
        select PageParts.Row(
            percentile.ToString(CultureInfo.InvariantCulture),
            new[] { latencies.Connect, latencies.Processing, latencies.Waiting, latencies.Total }.Select(latency => At(latency, percentile)));

    private static string At(LatencyReport latency, double percentile) => latency.Count == 0 ? Units.None : Units.Milliseconds(latency.At(percentile));

    private static IEnumerable<(string Name, string Value)> Counts(RunReport report)
    {
        CountsReport counts = report.Counts;
        yield return ("Started", Units.Count(counts.Started));
        yield return ("Good", Units.Count(counts.Good));
        yield return ("Failed", Units.Count(counts.Failed));
        yield return ("Abandoned when stopped", Units.Count(counts.Abandoned));
        if (report.Settings.RatePerSecond is not null)
        {
            yield return ("Started more than 1 ms late", Units.Count(counts.LateStarts));
            yield return ("Latest start", $"{Units.Milliseconds(counts.LatestStartMilliseconds)} ms late");
        }

        if (report.Settings.IsHttp)
        {
            yield return ("Other status than 2xx", Units.Count(counts.Non2xx));
        }

        yield return ("Sent", Units.Bytes(report.Bytes.Sent));
        yield return ("Received", Units.Bytes(report.Bytes.Received));
        yield return ("Received without headers", Units.Bytes(report.Bytes.Document));
        yield return ("First good response", Units.Bytes(report.Server.DocumentBytes));
        yield return ("Server software", report.Server.Software.Length > 0 ? report.Server.Software : Units.None);
    }

    private static IEnumerable<(string Name, string Value)> Errors(RunReport report) =>
        report.Errors.Concat(report.OtherErrors).Select(error => (error.Key, Units.Count(error.Value)));

    private static IEnumerable<(string Name, string Value)> Client(ClientReport client) =>
    [
        ("Processor time", Units.Seconds(client.ProcessorSeconds)),
        ("Processor time per connection", $"{client.ProcessorMicrosecondsPerConnection.ToString("#,0.0", CultureInfo.InvariantCulture)} µs"),
        ("Busiest thread", $"busy {Units.Share(client.BusiestThread)} of the run"),
        ("Was the limit", client.Bottlenecks.Count > 0 ? string.Join("; ", client.Bottlenecks) : "no"),
    ];
}
