using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests.Monitoring;

/// <summary>What a real server exports: the names of its series and of their labels.</summary>
internal sealed partial record ServerMetrics(IReadOnlySet<string> Series, IReadOnlySet<string> Labels)
{
    private const string Bucket = "_bucket";

    /// <summary>What an adaptive pool exports once its work has had a latency; the server that is asked here has no MongoDB to work with.</summary>
    private static readonly string[] AfterTheFirstProbe = ["kestrelraw_pool_adaptation_minimum_latency_seconds", "kestrelraw_pool_adaptation_sample_latency_seconds"];

    /// <summary>Names without the endings of their series, as people speak of them.</summary>
    public IEnumerable<string> Histograms => Series.Where(static name => name.EndsWith(Bucket, StringComparison.Ordinal)).Select(static name => name[..^Bucket.Length]);

    public static async Task<ServerMetrics> ReadAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """
            {
              "pool": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" }, "Pool": { "Size": 1, "WhenFull": "Queue", "CoDel": { "Enabled": true } } },
              "adaptive": { "Url": "tcp://127.0.0.1:0", "Pool": { "Adaptive": { "Enabled": true } },
                "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "mongodb://127.0.0.1:1/", "Database": "d", "Collection": "c" } } }
            }
            """,
            [ServerProcess.WithAdmin]);
        await server.WaitForAsync("Admin surface listens");

        // A histogram has no series before its first value: one connection for the durations, and for the waits. It has a
        // duration when it has come to its end, a little after its answer.
        using var http = new HttpClient();
        await http.GetAsync(new Uri($"http://127.0.0.1:{server.Port("pool")}/")).OrHang();
        string text = "";
        await Until.TrueAsync(async () =>
        {
            text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.AdminPort}/metrics")).OrHang();
            return text.Contains($"kestrelraw_connection_duration_seconds{Bucket}", StringComparison.Ordinal);
        });
        return new ServerMetrics(
            SeriesName().Matches(text).Select(static match => match.Value).Concat(AfterTheFirstProbe).ToHashSet(),
            LabelName().Matches(text).Select(static match => match.Groups[1].Value).ToHashSet());
    }

    [GeneratedRegex(@"^\w+(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex SeriesName();

    [GeneratedRegex("[{,](\\w+)=\"")]
    private static partial Regex LabelName();
}
