using System.Globalization;
using System.Net;
using System.Text;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Admin;
using KestrelRaw.Tests.Functional;
using MongoDB.Bson;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>The real program, against a MongoDB that works.</summary>
public sealed class MongoDbEndpointTests
{
    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Endpoint_FoundMissingAndUnreadable_AreTheirAnswersAndOutcomes(string model)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "a body"), new BsonDocument { { "_id", "n" }, { "body", 1 } });
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint(mongoDb, $"\"Model\": \"{model}\""));
        Assert.EndsWith("Content-Length: 6\r\nConnection: close\r\n\r\na body", await AskAsync(server, "GET /17 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("a body", await AskAsync(server, "17\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.0 404 Not Found\r\n", await AskAsync(server, "18\n"), StringComparison.Ordinal);
        Assert.Equal(
            "HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\nConnection: close\r\n\r\nunavailable\n",
            await AskAsync(server, "n\n"));
        await server.WaitForAsync("A document's field body must be a string or binary, and is Int32.");
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 3, work_failed 1", server.Outcomes("m"));
    }

    [Theory]
    [InlineData("Async", "{ }")]
    [InlineData("Async", """{ "Size": 20 }""")]
    [InlineData("Threads", "{ }")]
    public async Task Ab_500AtOnce_AllCompleteNoneFailed(string model, string pool)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "a body"));
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint(mongoDb, $"\"Model\": \"{model}\", \"Pool\": {pool}"));
        (int exitCode, string output) = await Tools.RunAsync("ab", $"-q -n 5000 -c 500 http://127.0.0.1:{server.Port("m")}/17");
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Complete requests: +5000\n", output);
        Assert.Matches(@"Failed requests: +0\n", output);
        Assert.Matches(@"Document Length: +6 bytes\n", output);
        Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("work_", server.Outcomes("m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_Twice_FillsTheCollectionAndLeavesTheRest()
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("mine", "stays"));
        string endpoint = Endpoint(mongoDb);
        (int exitCode, string output) = await ServerProcess.RunAsync(endpoint, "seed", "--documents", "2500");
        Assert.True(exitCode == 0, output);
        Assert.Contains($"{mongoDb.Database}.documents holds the documents \"1\" to \"2500\".", output, StringComparison.Ordinal);
        Assert.Contains("1,000 of 2,500", output, StringComparison.Ordinal);
        (exitCode, output) = await ServerProcess.RunAsync(endpoint, "seed", "--documents=3");
        Assert.True(exitCode == 0, output);

        await using ServerProcess server = await ServerProcess.StartAsync(endpoint);
        Assert.EndsWith("Hello World! This is document 2500.", await AskAsync(server, "2500"), StringComparison.Ordinal);
        Assert.EndsWith("Hello World! This is document 3.", await AskAsync(server, "3"), StringComparison.Ordinal);
        Assert.EndsWith("stays", await AskAsync(server, "mine"), StringComparison.Ordinal);
        Assert.Contains("404", await AskAsync(server, "2501"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resize_BeyondTheClient_IsToldWhileTheServerRuns()
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint(mongoDb, """ "Pool": { "Size": 5 } """), [ServerProcess.WithAdmin]);
        Assert.DoesNotContain("reads run at a time", server.Output, StringComparison.Ordinal);
        using var admin = new AdminClient(server.AdminPort);
        Assert.Equal(HttpStatusCode.OK, (await admin.ResizeAsync("m", """{ "size": 50 }""")).Status);
        await server.WaitForAsync("5 reads run at a time, and the pools of m admit 50 connections");
        server.Save(Endpoint(mongoDb, """ "Pool": { "Size": 60 } """));
        await server.WaitForAsync("5 reads run at a time, and the pools of m admit 60 connections");
    }

    [Fact]
    public async Task Start_NoEndpointReads_DoesNotLoadTheDriver()
    {
        await using ServerProcess without = await ServerProcess.StartAsync("""{ "a": { "Url": "tcp://127.0.0.1:0" } }""", [ServerProcess.WithAdmin]);
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync();
        await using ServerProcess with = await ServerProcess.StartAsync(Endpoint(mongoDb));
        Assert.Contains("MongoDB.Driver.dll", await MapsAsync(with), StringComparison.Ordinal);
        Assert.DoesNotContain("MongoDB", await MapsAsync(without), StringComparison.OrdinalIgnoreCase);
    }

    private static Task<string> MapsAsync(ServerProcess server) => File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{server.Id}/maps"));

    private static string Endpoint(TestedMongoDb mongoDb, string more = "") =>
        $$"""{ "m": { "Url": "tcp://127.0.0.1:0", "Work": {{mongoDb.Work}}{{(more.Length > 0 ? ", " : "")}}{{more}} } }""";

    private static async Task<string> AskAsync(ServerProcess server, string request)
    {
        using TestClient client = await TestClient.ConnectAsync(server.Port("m"));
        await client.SendAsync(Encoding.UTF8.GetBytes(request));
        return Encoding.UTF8.GetString((await client.ReadToEndAsync()).Bytes);
    }
}
