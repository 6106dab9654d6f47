using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Admin;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>The real program, and a wire server that comes and goes.</summary>
public sealed partial class MongoDbOutageTests
{
    [Fact]
    public async Task Start_WithoutMongoDb_IsAliveAndNotReadyUntilItComes()
    {
        await using WireServer mongoDb = await WireServer.StartAsync();
        await mongoDb.KillAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint(mongoDb, "4s"), [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        await server.WaitForAsync("can't be reached, so the server is not ready");
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/live")).Status);
        Reply ready = await admin.GetAsync("/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.StartsWith($"Unhealthy\nmongodb: 127.0.0.1:{mongoDb.Port} can't be reached: ", ready.Body, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.0 503 Service Unavailable\r\n", await AskAsync(server), StringComparison.Ordinal);

        await mongoDb.ReturnAsync(documents: 1);
        await Until.TrueAsync(async () => (await admin.GetAsync("/healthz/ready")).Status == HttpStatusCode.OK);
        Assert.EndsWith("This is document 1.", await AskAsync(server), StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1, work_timeout 1", server.Outcomes("m"));
        Assert.Single(LostLine().Matches(server.Output));
    }

    [Fact]
    public async Task Load_MongoDbIsKilledInTheMidst_EveryConnectionHasAnAnswerAndAnOutcome()
    {
        await using WireServer mongoDb = await WireServer.StartAsync(documents: 1);
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint(mongoDb, "1s"), [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        using var enough = new CancellationTokenSource();
        Task<List<string>>[] asking = [.. Enumerable.Range(0, 50).Select(_ => AskUntilAsync(server, enough.Token))];
        await Until.TrueAsync(async () => Completed().IsMatch((await admin.GetAsync("/metrics")).Body));
        await mongoDb.KillAsync();
        await server.WaitForAsync("can't be reached, so the server is not ready");
        await server.WaitForAsync("the work of connection");
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/live")).Status);
        await mongoDb.ReturnAsync(documents: 1);
        await Until.TrueAsync(async () => (await admin.GetAsync("/healthz/ready")).Status == HttpStatusCode.OK);
        var later = new List<string>();
        await Until.TrueAsync(async () =>
        {
            later.Add(await AskAsync(server));
            return later[^1].EndsWith("This is document 1.", StringComparison.Ordinal);
        });
        await enough.CancelAsync();

        string[] answers = [.. (await Task.WhenAll(asking).OrHang()).SelectMany(static many => many), .. later];
        int served = answers.Count(static answer => answer.EndsWith("This is document 1.", StringComparison.Ordinal));
        int failed = answers.Count(static answer => answer.EndsWith("\r\n\r\nunavailable\n", StringComparison.Ordinal));
        Assert.Equal(answers.Length, served + failed);
        Assert.True(failed > 0);
        Assert.Equal(0, await server.StopAsync());
        string outcomes = server.Outcomes("m");
        Assert.Matches($"^completed {served}, ", outcomes);
        Assert.Equal(failed, Failures().Matches(outcomes).Sum(static count => int.Parse(count.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Seed_WithoutMongoDb_FailsAndSaysWhy()
    {
        await using WireServer mongoDb = await WireServer.StartAsync();
        await mongoDb.KillAsync();
        (int exitCode, string output) = await ServerProcess.RunAsync(Endpoint(mongoDb, "1s", "?serverSelectionTimeoutMS=500"), "seed", "--documents", "1");
        Assert.Equal(1, exitCode);
        Assert.Equal($"KestrelRaw could not fill kestrelraw.documents: 127.0.0.1:{mongoDb.Port} can't be reached: Connection refused", output);
    }

    [Theory]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:0" } }""", "1", "no enabled endpoint has Work:Kind MongoDb")]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:0" } }""", "0", "--documents: \"0\" is not allowed; must be a whole number from 1")]
    public async Task Seed_WrongUse_IsAFault(string endpoints, string documents, string fault)
    {
        (int exitCode, string output) = await ServerProcess.RunAsync(endpoints, "seed", "--documents", documents);
        Assert.Equal(2, exitCode);
        Assert.Contains(fault, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhatWillNotWorkAsMeant_IsWarnedOf()
    {
        await using WireServer mongoDb = await WireServer.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(
            Endpoint(mongoDb, "2m"), ["--KestrelRaw:Endpoints:d:Url=tcp://127.0.0.1:0", $"--KestrelRaw:Endpoints:d:Work:MongoDb:ConnectionString={mongoDb.ConnectionString}"]);
        await server.WaitForAsync("Endpoint m: Work:MongoDb:Timeout (00:02:00) is longer than Timeouts:Work (00:01:00)");
        await server.WaitForAsync("Endpoint d: Work:MongoDb is given but Work:Kind is Delay");
    }

    private static string Endpoint(WireServer mongoDb, string timeout, string options = "") =>
        $$"""
        { "m": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "MongoDb", "MongoDb": {
          "ConnectionString": "{{mongoDb.ConnectionString}}{{options}}", "Database": "kestrelraw", "Collection": "documents", "Timeout": "{{timeout}}" } } } }
        """;

    private static async Task<List<string>> AskUntilAsync(ServerProcess server, CancellationToken enough)
    {
        var answers = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            answers.Add(await AskAsync(server));
        }

        return answers;
    }

    private static async Task<string> AskAsync(ServerProcess server)
    {
        using TestClient client = await TestClient.ConnectAsync(server.Port("m"));
        await client.SendAsync("GET /1 HTTP/1.0\r\n\r\n"u8.ToArray());
        return Encoding.UTF8.GetString((await client.ReadToEndAsync()).Bytes);
    }

    [GeneratedRegex("can't be reached, so the server is not ready")]
    private static partial Regex LostLine();

    [GeneratedRegex("endpoint=\"m\",outcome=\"completed\"} [1-9]")]
    private static partial Regex Completed();

    [GeneratedRegex(@"work_(?:failed|timeout) (\d+)")]
    private static partial Regex Failures();
}
