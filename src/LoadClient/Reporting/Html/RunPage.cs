using LoadClient.Reporting.Charts;

namespace LoadClient.Reporting.Html;

/// <summary>A run as one HTML page that needs nothing beside itself.</summary>
internal static class RunPage
{
    public static void Write(TextWriter output, RunReport report) => output.Write(PageParts.Page($"Load on {report.Settings.Url}", Body(report)).ToString());

    private static Markup Body(RunReport report) => $"""
        <header>
        <h1>Load on <span class="url">{report.Settings.Url}</span></h1>
        <p>{Summary(report)}</p>
        </header>
        {RunBanners.All(report)}
        <dl class="tiles">{Tiles(report)}</dl>
        <div class="figures">
        {Charts(report).Select(PageParts.Figure)}{RunTables.Times(report.Latencies)}</div>
        <div class="tables">
        {RunTables.All(report)}</div>
        <footer>LoadClient {report.ClientVersion}</footer>
        """;

    private static string Summary(RunReport report) =>
        $"{Units.Count(report.Counts.Complete, "connection")} in {Units.Seconds(report.TimeTakenSeconds)}, started {Units.Time(report.StartedAt)}";

    private static IEnumerable<Markup> Tiles(RunReport report)
    {
        LatencyReport total = report.Latencies.Total;
        yield return PageParts.Tile("Requests/s", Units.Rate(report.RequestsPerSecond));
        yield return Latency("p50", 50);
        yield return Latency("p99", 99);
        yield return Latency("Max", 100);
        yield return PageParts.Tile("Failed", Units.Count(report.Counts.Failed), $"of {Units.Count(report.Counts.Complete)}");
        if (report.Efficiency is { } efficiency)
        {
            yield return PageParts.Tile("Efficiency", Units.Share(efficiency.Value), $"ideal {Units.Seconds(efficiency.IdealSeconds)}");
        }

        Markup Latency(string label, double percentile) =>
            total.Count == 0 ? PageParts.Tile(label, Units.None) : PageParts.Tile(label, Units.Milliseconds(total.At(percentile)), "ms");
    }

    private static IEnumerable<Chart> Charts(RunReport report) =>
    [
        PercentileChart.Create("percentiles", report.Latencies.Total, report.Settings.ExpectDelaySeconds),
        ThroughputChart.Create("throughput", report.Timeline),
        LatencyOverTimeChart.Create("latency", report.Timeline),
        HistogramChart.Create("processing", "Processing times", report.Latencies.Processing),
        HistogramChart.Create("connect", "Connect times", report.Latencies.Connect),
    ];
}
