using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting.Html;

/// <summary>Reports as real runs make them, without the runs.</summary>
internal static class SampleReports
{
    public static readonly DateTimeOffset Start = new(2026, 7, 30, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The article's run: 10,000 connections, 500 at once, of half a second each; twelve of them failed.</summary>
    public static RunReport Article()
    {
        var random = new Random(1);
        double[] connect = [.. Enumerable.Range(0, 9988).Select(_ => 0.03 + Tail(random, 0.9))];
        double[] waiting = [.. connect.Select(_ => 500.2 + Tail(random, 6))];
        double[] processing = [.. waiting.Select(value => value + 0.05 + Tail(random, 0.2))];
        double[] total = [.. processing.Zip(connect, (one, other) => one + other)];
        return Create(connect, processing, waiting, total) with
        {
            Errors = Errors((ConnectionOutcome.Reset, 9), (ConnectionOutcome.ReadTimeout, 3)),
            Counts = new CountsReport(10_000, 9_988, 12, 0, 0, 0, 0),
            Timeline = new TimelineReport(1, [.. Enumerable.Range(0, 11).Select(second => Point(second, total, random))]),
        };
    }

    /// <summary>All four kinds of latency from the same values, in one point of time.</summary>
    public static RunReport Of(params double[] milliseconds) => Create(milliseconds, milliseconds, milliseconds, milliseconds);

    public static IReadOnlyDictionary<string, long> Errors(params (ConnectionOutcome Error, long Count)[] counts) => ConnectionOutcomeNames.Errors.ToDictionary(
        error => error.Name(),
        error => counts.FirstOrDefault(count => count.Error == error).Count);

    /// <summary>The article's sweep, with ab's figures for one target.</summary>
    public static SweepReport Sweep() => new(
        Start,
        "0.1.0",
        Requests: 10_000,
        DurationSeconds: null,
        ExpectDelaySeconds: 0.5,
        [.. Rows("threads", 0.93, "loadclient"), .. Rows("async", 0.985, "loadclient"), .. Rows("pool", 0.97, "loadclient"), .. Rows("async", 0.96, "ab")],
        [new("Timeout of a connection", "30 s"), new("Settled between runs", "yes")]);

    public static SweepRow Row(string target, int connections, double requestsPerSecond, double? p99 = 520, string tool = "loadclient") => new(
        target, $"tcp://127.0.0.1:7777/{target}", tool, connections, requestsPerSecond, p99 - 8, p99, p99 + 30, 10_000, 0, 0.97, "");

    private static RunReport Create(double[] connect, double[] processing, double[] waiting, double[] total) => new()
    {
        ClientVersion = "0.1.0",
        StartedAt = Start,
        TimeTakenSeconds = 10.186,
        IsPartial = false,
        Settings = new SettingsReport("tcp://127.0.0.1:7777", "127.0.0.1", 7777, "/", false, 10_000, null, 500, null, 30, 61, false, null, null, 0.5, [], 1),
        Counts = new CountsReport(total.Length, total.Length, 0, 0, 0, 0, 0),
        Errors = Errors(),
        OtherErrors = new Dictionary<string, long>(),
        Bytes = new BytesReport(61 * total.Length, 91 * total.Length, 91 * total.Length),
        RequestsPerSecond = total.Length / 10.186,
        Efficiency = new EfficiencyReport(0.982, 10),
        Server = new ServerReport("", 91),
        Latencies = new LatenciesReport(Latency(connect), Latency(processing), Latency(waiting), Latency(total)),
        Timeline = new TimelineReport(1, total.Length == 0 ? [] : [new TimelinePointReport(0, 0.4, total.Length, 0, Median(total), total.Max(), total.Max())]),
        Client = new ClientReport(0.42, 42, 0.13, []),
    };

    private static IEnumerable<SweepRow> Rows(string target, double efficiency, string tool)
    {
        foreach (int connections in new[] { 500, 800, 1000, 1500 })
        {
            // The more connections, the further from the ideal.
            double reached = efficiency - (connections / 30_000.0);
            yield return Row(target, connections, connections / 0.5 * reached, 500 / reached, tool) with { Efficiency = reached };
        }
    }

    private static TimelinePointReport Point(int second, double[] total, Random random)
    {
        bool isLast = second == 10;
        int failed = second is 3 or 7 ? 6 : 0;
        double median = Median(total) + random.NextDouble();
        return new TimelinePointReport(second, isLast ? 0.02 : 1, isLast ? 488 : 950 + random.Next(50), failed, median, median + 20 + (10 * random.NextDouble()), total.Max());
    }

    private static LatencyReport Latency(double[] values)
    {
        if (values.Length == 0)
        {
            return new LatencyReport(0, 0, 0, 0, 0, 0, [], []);
        }

        double[] sorted = [.. values.Order()];
        double mean = sorted.Average();
        double deviation = Math.Sqrt(sorted.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, sorted.Length - 1));
        PercentileReport[] percentiles = [.. Enumerable.Range(0, 100).Select(percentile => (double)percentile).Concat([99.9, 99.99, 99.999, 100]).Select(At)];
        return new LatencyReport(sorted.Length, sorted[0], mean, deviation, Median(sorted), sorted[^1], percentiles, [.. Buckets(sorted)]);

        PercentileReport At(double percentile) => new(percentile, sorted[Math.Clamp((int)Math.Ceiling(percentile / 100 * sorted.Length) - 1, 0, sorted.Length - 1)]);
    }

    /// <summary>Fifty up to the percentile 99.5, and one for the rest.</summary>
    private static IEnumerable<BucketReport> Buckets(double[] sorted)
    {
        double min = sorted[0];
        double equalUpTo = sorted[(int)(0.995 * (sorted.Length - 1))];
        double width = (equalUpTo - min) / 50;
        if (width == 0)
        {
            yield return new BucketReport(min, sorted[^1], sorted.Length);
            yield break;
        }

        for (int i = 0; i < 50; i++)
        {
            double from = min + (i * width);
            yield return new BucketReport(from, from + width, sorted.Count(value => value <= equalUpTo && (value == equalUpTo ? 49 : (int)((value - min) / width)) == i));
        }

        yield return new BucketReport(equalUpTo, sorted[^1], sorted.Count(value => value > equalUpTo));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>Most are small, few are great.</summary>
    private static double Tail(Random random, double scale) => scale * Math.Pow(-Math.Log(1 - random.NextDouble()), 1.6) / 2;
}
