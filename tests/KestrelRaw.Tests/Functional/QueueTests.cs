using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>What clients see of <c>WhenFull: Queue</c>.</summary>
public sealed class QueueTests
{
    private const double Late = 1.95;

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Queue_TwoSlotsThreePlacesTenClients_FiveAreAnsweredAndFiveRejectedAtOnce(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "2s" }, "Pool": { "Size": 2, "WhenFull": "Queue", "QueueLimit": 3 } } }""");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TestClient.AskAsync(server.Port("p"))));
        Answer[] rejected = [.. answers.Where(answer => answer.Bytes.Length == 0)];
        Assert.Equal(5, rejected.Length);
        Assert.All(rejected, answer => Assert.InRange(answer.End.TotalSeconds, 0, Late));
        double[] times = [.. answers.Where(answer => answer.Bytes.Length == 96).Select(answer => answer.FirstByte.TotalSeconds).Order()];
        Assert.Equal(5, times.Length);
        Assert.InRange(times[4], 6, 6 + Late);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 5, rejected 5", server.Outcomes("p"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Queue_TimeoutPasses_EndsCleanlyThen(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "4s" }, "Pool": { "Size": 1, "WhenFull": "Queue", "QueueTimeout": "300ms", "RejectResponse": "busy" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        Task<Answer> running = TestClient.AskAsync(server.Port("p"));
        await server.WaitForAsync("sent 18 bytes");
        Answer answer = await TestClient.AskAsync(server.Port("p"));
        Assert.Equal("busy", Encoding.ASCII.GetString(answer.Bytes));
        Assert.InRange(answer.FirstByte.TotalSeconds, 0.3, 0.3 + Late);
        await server.WaitForAsync("ended as queue_timeout: 18 bytes received, 4 sent");
        Assert.Equal(96, (await running).Bytes.Length);
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Queue_Overload_TurnsTheOldestAwayAndServesTheNewest(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "4s" }, "Pool": { "Size": 1, "WhenFull": "Queue", "CoDel": { "Enabled": true }, "RejectResponse": "busy" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        Task<Answer> running = TestClient.AskAsync(server.Port("p"));
        await server.WaitForAsync("sent 18 bytes");
        Task<Answer> oldest = TestClient.AskAsync(server.Port("p"));
        await server.WaitForAsync("Endpoint p: somebody has waited for pool p at every moment of 100 ms");
        Task<Answer> newest = TestClient.AskAsync(server.Port("p"));
        Assert.Equal("busy", Encoding.ASCII.GetString((await oldest).Bytes));
        Assert.Equal(96, (await running).Bytes.Length);
        await server.WaitForAsync("the overload of pool p is over");
        Assert.Equal(96, (await newest).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 2, queue_timeout 1", server.Outcomes("p"));
    }

    [Theory]
    [InlineData("OldestFirst")]
    [InlineData("NewestFirst")]
    public async Task Queue_Order_DecidesWhoIsNext(string order)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1500ms" }, "Pool": { "Size": 1, "WhenFull": "Queue", "QueueOrder": "{{order}}" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        var clients = new List<TestClient>();
        for (int i = 0; i < 4; i++)
        {
            TestClient client = await TestClient.ConnectAsync(server.Port("p"));
            clients.Add(client);
            await client.SendAsync(new byte[i + 1]);
            if (i == 0)
            {
                await server.WaitForAsync("sent 1 bytes");
            }
        }

        await Task.WhenAll(clients.Select(client => client.ReadToEndAsync()));
        string[] served = [.. server.Output.Split('\n').Where(line => line.Contains(" bytes: ", StringComparison.Ordinal)).Select(line => line.Split("sent ")[1][..1])];
        Assert.Equal(order == "OldestFirst" ? ["1", "2", "3", "4"] : ["1", "4", "3", "2"], served);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("close without a byte", "client_closed")]
    [InlineData("reset", "client_reset")]
    [InlineData("give up", "client_closed")]
    public async Task Queue_ClientGoesAway_LeavesTheQueueAtOnce(string how, string outcome)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "15s" }, "Pool": { "Size": 1, "WhenFull": "Queue", "QueueLimit": 1 } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        using TestClient running = await TestClient.ConnectAsync(port);
        await running.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");
        TestClient waiting = await TestClient.ConnectAsync(port);
        if (how != "close without a byte")
        {
            await waiting.SendAsync([1, 2]);
        }

        long start = Stopwatch.GetTimestamp();
        if (how == "reset")
        {
            waiting.Reset();
        }
        else if (how == "give up")
        {
            // A FIN that comes with the request would be a half-close.
            Assert.False(waiting.Socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead));
            waiting.Dispose();
        }
        else
        {
            waiting.Dispose();
        }

        await server.WaitForAsync($"ended as {outcome}");
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task Queue_ClientHalfClosesWithItsRequest_KeepsItsPlace()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 1, "WhenFull": "Queue" } } }""");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            using TestClient client = await TestClient.ConnectAsync(server.Port("p"));
            await client.SendAsync([1]);
            client.Socket.Shutdown(SocketShutdown.Send);
            return await client.ReadToEndAsync();
        }));
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));
    }

    [Fact]
    public async Task Signal_QueueHasWaiters_ServesThemBeforeItEnds()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "300ms" }, "Pool": { "Size": 2, "WhenFull": "Queue" } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        TestClient[] clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestClient.ConnectAsync(port)));
        await Task.WhenAll(clients.Select(client => client.SendAsync([1])));
        await server.WaitForAsync("sent 1 bytes");
        Task<int> stopping = server.StopAsync();
        Answer[] answers = await Task.WhenAll(clients.Select(client => client.ReadToEndAsync()));
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));
        Assert.Equal(0, await stopping);
        Assert.Equal("completed 8", server.Outcomes("p"));
    }
}
