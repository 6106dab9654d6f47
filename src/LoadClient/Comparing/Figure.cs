using LoadClient.Reporting;

namespace LoadClient.Comparing;

/// <summary>A figure that two runs are compared by.</summary>
/// <param name="Name">With its unit.</param>
/// <param name="Format">Of its values.</param>
/// <param name="Of">Null when the run does not have it.</param>
/// <param name="AtPoint">The same figure at one point of the timeline; null when points don't have it.</param>
internal sealed record Figure(string Name, string Format, Func<RunReport, double?> Of, Func<TimelinePointReport, double?>? AtPoint = null)
{
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("requests/s", "0.00", report => report.RequestsPerSecond, point => point.LengthSeconds > 0 ? point.Good / point.LengthSeconds : null),
        new("p50 [ms]", "0.000", report => At(report, 50), point => point.P50),
        new("p90 [ms]", "0.000", report => At(report, 90)),
        new("p99 [ms]", "0.000", report => At(report, 99), point => point.P99),
        new("p99.9 [ms]", "0.000", report => At(report, 99.9)),
        new("max [ms]", "0.000", report => At(report, 100)),
        new("mean connect [ms]", "0.000", report => report.Counts.Good == 0 ? null : report.Latencies.Connect.Mean),
        new("failed", "0", report => report.Counts.Failed),
        new("efficiency", "0.000", report => report.Efficiency?.Value),
        new("client CPU [us/connection]", "0.0", report => report.Client.ProcessorMicrosecondsPerConnection),
    ];

    private static double? At(RunReport report, double percentile) => report.Counts.Good == 0 ? null : report.Latencies.Total.At(percentile);
}
