using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin;

/// <summary>The metrics as Prometheus itself, and its own checks, see them.</summary>
public sealed class PrometheusTests
{
    /// <summary>No pool and no work, so that thousands come and go in a second; a full pool with a queue; threads.</summary>
    private const string Endpoints =
        """
        {
          "async": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" } },
          "pool": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "50ms" }, "Pool": { "Size": 4, "WhenFull": "Queue" } },
          "threads": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "50ms" }, "Model": "Threads", "Pool": { "Size": 6 } }
        }
        """;

    /// <summary>At least this many; ab opens some more than it is asked for. Fewer than there are ports, and each look at a counter that is not from the same moment shows.</summary>
    private const int Fast = 20_000;

    private const string Accepted = "kestrelraw_connections_accepted_total";
    private const string Active = "kestrelraw_connections_active";
    private const string Finished = "kestrelraw_connections_finished_total";
    private const string Everything = "sum by (kestrelraw_endpoint)";
    private const string Accounting = $"{Everything} ({Accepted}) == {Everything} ({Active}) + {Everything} ({Finished})";

    /// <summary>Longer than any test here runs.</summary>
    private const string Always = "[10m]";

    private static readonly string[] Names = ["async", "pool", "threads"];

    [Fact]
    public async Task Scrape_UnderLoadAndAtRest_AccountsForEveryConnectionAtEveryMoment()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        await server.WaitForAsync("Admin surface listens");
        await using PrometheusProcess prometheus = await PrometheusProcess.StartAsync(server.AdminPort);
        await prometheus.WaitAsync($"count({Accepted})", static count => count == Names.Length);
        await prometheus.WaitAsync($"count_over_time({Accepted}{{kestrelraw_endpoint=\"async\"}}{Always})", static scrapes => scrapes >= 3);

        using var stop = new CancellationTokenSource();
        Task<long[]> slow = Task.WhenAll(Names[1..].Select(name => LoadAsync(server.Port(name), stop.Token)));
        (_, string fast) = await Tools.RunAsync("ab", $"-q -n {Fast} -c 50 http://127.0.0.1:{server.Port("async")}/");
        Assert.Matches("Failed requests: +0\n", fast);
        await stop.CancelAsync();
        long[] asked = await slow;
        await prometheus.WaitAsync($"sum({Accepted}{{kestrelraw_endpoint!=\"async\"}})", accepted => accepted == asked.Sum());
        await prometheus.WaitAsync($"sum({Accepted}{{kestrelraw_endpoint=\"async\"}})", static accepted => accepted >= Fast);
        await prometheus.WaitAsync($"sum({Active})", static active => active == 0);

        List<Series> now = await prometheus.QueryAsync(Accounting);
        Assert.Equal(Names, now.Select(static series => series.Endpoint).Order());
        Assert.Equal(asked, Names[1..].Select(name => (long)now.Single(series => series.Endpoint == name).Samples[0].Value));

        List<Series> accepted = await prometheus.QueryAsync(Accepted + Always);
        List<Series> active = await prometheus.QueryAsync(Active + Always);
        List<Series> finished = await prometheus.QueryAsync(Finished + Always);
        foreach (string name in Names)
        {
            // One scrape gives all of its samples the same time.
            Dictionary<double, double> ended = SumByTime(finished, name), held = SumByTime(active, name);
            IReadOnlyList<Sample> scrapes = accepted.Single(series => series.Endpoint == name).Samples;
            Assert.All(scrapes, scrape => Assert.Equal(scrape.Value, held[scrape.Time] + ended[scrape.Time]));
            Assert.Equal(scrapes.Count, held.Count);
            Assert.Contains(scrapes, static scrape => scrape.Value == 0);
            Assert.InRange(scrapes.Count(scrape => scrape.Value > 0 && scrape.Value < scrapes[^1].Value), 3, int.MaxValue);
        }

        // The query itself, at every scrape: neither side may lack a series, or differ, at any time.
        List<Series> broken = await prometheus.QueryAsync($"count_over_time(({Accounting.Replace("==", "!=", StringComparison.Ordinal)}){Always[..^1]}:250ms])");
        Assert.Empty(broken);
        List<Series> good = await prometheus.QueryAsync($"min_over_time((count({Accounting})){Always[..^1]}:250ms])");
        Assert.Equal(Names.Length, Assert.Single(good).Samples[0].Value);
    }

    [Fact]
    public async Task CheckMetrics_EveryMetricPresent_HasNoComplaint()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        await server.WaitForAsync("Admin surface listens");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestClient.AskAsync(server.Port("pool"))));
        using var http = new HttpClient();
        string metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.AdminPort}/metrics")).OrHang();
        Assert.Contains("kestrelraw_connection_duration_seconds_bucket{", metrics, StringComparison.Ordinal);
        Assert.Contains("kestrelraw_pool_wait_duration_seconds_bucket{", metrics, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Tools.RunAsync("promtool", "check metrics", metrics));
    }

    /// <summary>More clients than slots; one of them goes without a word every other time.</summary>
    /// <returns>How many connections they made.</returns>
    private static async Task<long> LoadAsync(int port, CancellationToken stop)
    {
        long connections = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async client =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (client == 0)
                {
                    using TestClient silent = await TestClient.ConnectAsync(port);
                    Interlocked.Increment(ref connections);
                }

                await TestClient.AskAsync(port);
                Interlocked.Increment(ref connections);
            }
        }));
        return connections;
    }

    private static Dictionary<double, double> SumByTime(IEnumerable<Series> all, string endpoint) => all
        .Where(series => series.Endpoint == endpoint)
        .SelectMany(static series => series.Samples)
        .GroupBy(static sample => sample.Time)
        .ToDictionary(static scrape => scrape.Key, static scrape => scrape.Sum(static sample => sample.Value));
}
