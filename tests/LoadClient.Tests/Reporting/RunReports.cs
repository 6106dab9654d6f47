using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

/// <summary>Reports to test with. Times are milliseconds.</summary>
internal static class RunReports
{
    private static readonly double[] Percentages = [.. Enumerable.Range(0, 100).Select(percentage => (double)percentage), 99.9, 99.99, 99.999, 100];

    /// <summary>100 good connections in 2 s, ten at once: connect 1 ms, total 101, 102 ... 200 ms.</summary>
    public static RunReport Good { get; } = Of([.. Enumerable.Range(101, 100).Select(time => (double)time)], 2);

    /// <summary>The same, and everything that a report may have besides.</summary>
    public static RunReport Full { get; } = Good with
    {
        IsPartial = true,
        Settings = Good.Settings with { RatePerSecond = 60.5, IsOwnBody = true, ExpectText = "Hello", ExpectDelaySeconds = 0.1, Sources = ["127.0.0.2"] },
        Counts = new CountsReport(Started: 124, Good: 100, Failed: 21, Abandoned: 3, LateStarts: 7, LatestStartMilliseconds: 3.25, Non2xx: 5),
        Errors = Errors(1, 2, 3, 4, 5, 6, 0, 0, 0),
        OtherErrors = new Dictionary<string, long> { ["Network is unreachable"] = 0 },
        Efficiency = new EfficiencyReport(0.9821, 1.9642),
        Thresholds = [new ThresholdReport("p99>150ms", "199 ms", IsBroken: true), new ThresholdReport("rps<10", "50/s", IsBroken: false)],
        Client = Good.Client with { Bottlenecks = ["The busiest loop was busy 99 % of the time."] },
    };

    /// <summary>No connection was good.</summary>
    public static RunReport AllRefused { get; } = Of([], 2) with
    {
        Counts = new CountsReport(Started: 50, Good: 0, Failed: 50, Abandoned: 0, LateStarts: 0, LatestStartMilliseconds: 0, Non2xx: 0),
        Errors = Errors(50),
        RequestsPerSecond = 0,
    };

    /// <summary>As ab would have it: percentages without interpolation.</summary>
    public static RunReport Of(double[] sortedTotals, double seconds) => new()
    {
        ClientVersion = "0.1.0",
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_795_618_918_123),
        TimeTakenSeconds = seconds,
        IsPartial = false,
        Settings = new SettingsReport(
            "http://127.0.0.1:7777/", "127.0.0.1", 7777, "/", IsHttp: true, Requests: sortedTotals.Length, DurationSeconds: null, Connections: 10,
            RatePerSecond: null, TimeoutSeconds: 30, RequestBytes: 82, IsOwnBody: false, ExpectBytes: null, ExpectText: null,
            ExpectDelaySeconds: null, Sources: [], Threads: 1),
        Counts = new CountsReport(sortedTotals.Length, sortedTotals.Length, 0, 0, 0, 0, 0),
        Errors = Errors(),
        OtherErrors = new Dictionary<string, long>(),
        Bytes = new BytesReport(sortedTotals.Length * 82, sortedTotals.Length * 96, sortedTotals.Length * 12),
        RequestsPerSecond = sortedTotals.Length / seconds,
        Efficiency = null,
        Server = new ServerReport("", 12),
        Latencies = new LatenciesReport(
            Latency([.. sortedTotals.Select(_ => 1.0)]),
            Latency([.. sortedTotals.Select(total => total - 1)]),
            Latency([.. sortedTotals.Select(total => total - 1.5)]),
            Latency(sortedTotals)),
        Timeline = Timeline(50, 50),
        Client = new ClientReport(0.25, 25, 0.5, []),
    };

    /// <summary>A timeline of points of a second, with so many good connections each, p50 the same in milliseconds, p99 twice that.</summary>
    public static TimelineReport Timeline(params long[] good) => new(
        1,
        [.. good.Select((count, index) => new TimelinePointReport(index, 1, count, 0, count, 2 * count, 3 * count))]);

    private static Dictionary<string, long> Errors(params long[] counts) =>
        ConnectionOutcomeNames.Errors.Select((outcome, index) => (Name: outcome.Name(), Count: counts.ElementAtOrDefault(index))).ToDictionary(error => error.Name, error => error.Count);

    private static LatencyReport Latency(double[] sorted)
    {
        if (sorted.Length == 0)
        {
            return new LatencyReport(0, 0, 0, 0, 0, 0, [], []);
        }

        double mean = sorted.Average();
        double deviation = Math.Sqrt(sorted.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, sorted.Length - 1));
        PercentileReport[] percentiles =
            [.. Percentages.Select(percentage => new PercentileReport(percentage, sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * percentage / 100))]))];
        return new LatencyReport(
            sorted.Length, sorted[0], mean, deviation, sorted[sorted.Length / 2], sorted[^1], percentiles, [new BucketReport(sorted[0], sorted[^1], sorted.Length)]);
    }
}
