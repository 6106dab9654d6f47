using LoadClient.Reporting.Charts;

namespace LoadClient.Reporting.Html;

/// <summary>A sweep as one HTML page that needs nothing beside itself.</summary>
internal static class SweepPage
{
    private const string Title = "Load by concurrency";

    public static void Write(TextWriter output, SweepReport report) => output.Write(PageParts.Page(Title, Body(report)).ToString());

    private static Markup Body(SweepReport report) => $"""
        <header>
        <h1>{Title}</h1>
        <p>{Summary(report)}</p>
        </header>
        {Banners(report)}
        <div class="figures">
        {PageParts.Figure(SweepChart.RequestsPerSecond("rate", report))}{PageParts.Figure(SweepChart.P99("p99", report))}</div>
        <div class="runs">
        {PageParts.Table("Runs; latencies in ms", ["target", "tool", "connections", "requests/s", "p50", "p99", "max", "complete", "failed", "efficiency", "note"], report.Rows.Select(Row))}</div>
        <div class="tables">
        {PageParts.List("Targets", report.Rows.Select(row => (row.Target, row.Url)).Distinct())}{PageParts.List("Settings", Settings(report))}</div>
        <footer>LoadClient {report.ClientVersion}</footer>
        """;

    private static string Summary(SweepReport report) => $"{Units.Count(report.Rows.Count, "run")}, started {Units.Time(report.StartedAt)}";

    private static IEnumerable<Markup> Banners(SweepReport report)
    {
        SweepRow[] failed = [.. report.Rows.Where(row => row.Failed > 0)];
        if (failed.Length > 0)
        {
            yield return PageParts.Banner("bad", "Connections failed", failed.Select(row =>
                (Markup)$"{SweepChart.SeriesName(row)} at {Units.Count(row.Connections)}: {Units.Count(row.Failed)} of {Units.Count(row.Complete)}"));
        }
    }

    private static Markup Row(SweepRow row) => PageParts.Row(
        row.Target,
        row.Tool,
        Units.Count(row.Connections),
        Units.Rate(row.RequestsPerSecond),
        Units.Milliseconds(row.P50),
        Units.Milliseconds(row.P99),
        Units.Milliseconds(row.Max),
        Units.Count(row.Complete),
        Units.Count(row.Failed),
        row.Efficiency is { } efficiency ? Units.Share(efficiency) : Units.None,
        row.Note);

    private static IEnumerable<(string Name, string Value)> Settings(SweepReport report) =>
    [
        ("Connections of each run", report.Requests is { } requests ? Units.Count(requests) : "as many as fit into the duration"),
        ("Duration of each run", report.DurationSeconds is { } duration ? Units.Seconds(duration) : "until all connections are done"),
        ("Expected delay D", report.ExpectDelaySeconds is { } delay ? Units.Seconds(delay) : "not given: there is no ideal"),
        .. report.Settings.Select(setting => (setting.Key, setting.Value)),
    ];
}
