using System.Net;
using System.Text.Json;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Admin;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>The real program with a pool that finds its own size.</summary>
public sealed class AdaptiveEndpointTests
{
    [Theory]
    [InlineData("Async", "StopAccepting")]
    [InlineData("Async", "Queue")]
    [InlineData("Threads", "StopAccepting")]
    public async Task Load_AdaptivePool_DecidesWithinItsBoundsAndShowsIt(string model, string whenFull)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "a body"));
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""
            { "m": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": {{mongoDb.Work}},
              "Pool": { "WhenFull": "{{whenFull}}", "Adaptive": { "Enabled": true, "Minimum": 3, "Maximum": 60 }, "CoDel": { "Enabled": false } } } }
            """,
            [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        await server.WaitForAsync("pool adaptive from 20, 3 to 60");
        await server.WaitForAsync("Pool m: its size is found from the work's latency, beginning with 20");

        (int exitCode, string output) = await Tools.RunAsync("ab", $"-q -n 3000 -c 100 http://127.0.0.1:{server.Port("m")}/17");
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Failed requests: +0\n", output);
        await server.WaitForAsync("Pool m: a probe of the minimum latency begins");

        JsonElement pool = (await admin.GetAsync("/api/pools")).Json[0];
        JsonElement adaptive = pool.GetProperty("adaptive");
        Assert.Equal((3, 60), (adaptive.GetProperty("minimum").GetInt32(), adaptive.GetProperty("maximum").GetInt32()));
        Assert.NotEqual("started", adaptive.GetProperty("lastDecision").GetProperty("reason").GetString());
        Assert.InRange(pool.GetProperty("size").GetInt32(), 1, 60);
        Assert.Contains("kestrelraw_pool_adaptation_decisions_total{", (await admin.GetAsync("/metrics")).Body, StringComparison.Ordinal);

        Reply refused = await admin.ResizeAsync("m", """{"size": 5}""");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal(0, await server.StopAsync());

        // ab opens one or two more than it is told to, and closes them.
        Assert.StartsWith("completed 3000", server.Outcomes("m"), StringComparison.Ordinal);
        Assert.DoesNotContain("work_", server.Outcomes("m"), StringComparison.Ordinal);
    }
}
