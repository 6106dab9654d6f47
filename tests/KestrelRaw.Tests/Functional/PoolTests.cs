using System.Net.Sockets;
using System.Text;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>What clients see of a pool that is full. The bounds are generous: a busy machine is late, never early.</summary>
public sealed class PoolTests
{
    private const double Late = 1.95;

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task StopAccepting_TwoSlotsSixClients_AreAnsweredTwoByTwoAndTheRestIsInTheKernel(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "2s" }, "Pool": { "Size": 2 } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        Task<Answer>[] asking = [.. Enumerable.Range(0, 6).Select(_ => TestClient.AskAsync(port))];
        await server.WaitForAsync("sent 18 bytes", times: 2);
        await Until.TrueAsync(async () => await Tools.ReadAcceptQueueAsync(port) == 4);
        Assert.Equal(2, await Tools.CountAcceptedSocketsAsync(port, server.Id));

        double[] times = [.. (await Task.WhenAll(asking)).Select(answer => answer.FirstByte.TotalSeconds).Order()];
        Assert.All(times, (time, i) => Assert.True(time >= 2 * ((i / 2) + 1), $"Client {i} was answered after {time} s."));
        Assert.InRange(times[^1], 6, 6 + Late);
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Reject_ClientStillSends_GetsTheWholeResponseAndNoReset(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "6s" }, "Pool": { "Size": 1, "WhenFull": "Reject", "RejectResponse": "HTTP/1.0 503 Full\r\n\r\n" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        Task<Answer> running = TestClient.AskAsync(port);
        await server.WaitForAsync("sent 18 bytes");
        for (int i = 0; i < 20; i++)
        {
            using TestClient client = await TestClient.ConnectAsync(port);
            Task sending = client.SendAsync(new byte[300_000]);
            Answer answer = await client.ReadToEndAsync();
            Assert.Equal("HTTP/1.0 503 Full\r\n\r\n", Encoding.ASCII.GetString(answer.Bytes));
            await sending;
        }

        Assert.Equal(96, (await running).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1, rejected 20", server.Outcomes("p"));
    }

    [Fact]
    public async Task Reject_WithReset_IsAReset()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 1, "WhenFull": "Reject", "RejectWithReset": true } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        Task<Answer> running = TestClient.AskAsync(server.Port("p"));
        await server.WaitForAsync("sent 18 bytes");
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => TestClient.AskAsync(server.Port("p")));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        await running;
    }

    [Theory]
    [InlineData("StopAccepting", "completed 7")]
    [InlineData("Queue", "completed 7")]
    [InlineData("Reject", "completed 5, rejected 2")]
    public async Task PerClient_OneAddressWantsMore_TheOthersAreServedMeanwhile(string whenFull, string outcomes)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "2s" }, "Pool": { "Size": 10, "PerClient": 2, "WhenFull": "{{whenFull}}" } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        Task<Answer>[] greedy = [.. Enumerable.Range(0, 4).Select(_ => TestClient.AskAsync(port, "127.0.0.2"))];
        await server.WaitForAsync("sent 18 bytes", times: 2);
        Answer[] others = await Task.WhenAll(Enumerable.Range(3, 3).Select(i => TestClient.AskAsync(port, $"127.0.0.{i}")));
        Assert.All(others, answer => Assert.InRange(answer.FirstByte.TotalSeconds, 2, 2 + Late));

        Answer[] answers = await Task.WhenAll(greedy);
        double[] times = [.. answers.Where(answer => answer.Bytes.Length == 96).Select(answer => answer.FirstByte.TotalSeconds).Order()];
        Assert.Equal(whenFull == "Reject" ? 2 : 4, times.Length);
        Assert.All(times[..2], time => Assert.InRange(time, 2, 2 + Late));
        Assert.All(times[2..], time => Assert.InRange(time, 4, 4 + Late));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(outcomes, server.Outcomes("p"));
    }

    [Fact]
    public async Task SharedPool_TwoEndpointsWithBacklogs_TakeTurnsAndHoldNoMoreThanTheSize()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """
            {
              "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "500ms" }, "Pool": { "Name": "both", "Size": 2 } },
              "b": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "500ms" }, "Pool": { "Name": "both" } }
            }
            """,
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        Task<Answer>[] many = [.. Enumerable.Range(0, 10).Select(_ => TestClient.AskAsync(server.Port("a")))];
        await server.WaitForAsync("sent 18 bytes", times: 2);
        Task<Answer>[] few = [.. Enumerable.Range(0, 3).Select(_ => TestClient.AskAsync(server.Port("b")))];
        await Task.WhenAll([.. many, .. few]);

        // The order in which they were served: from the arrival of b's on, a and b alternate.
        string served = string.Concat(server.Output.Split('\n').Where(line => line.Contains("sent 18 bytes", StringComparison.Ordinal)).Select(line => line.Split("Endpoint ")[1][0]));
        Assert.Equal(13, served.Length);
        int last = served.LastIndexOf('b');
        Assert.InRange(last, 6, 9);
    }

    [Fact]
    public async Task SharedPool_OneFreeSlotAndIdleEndpoints_CostsNoProcessorTime()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """
            {
              "a": { "Url": "tcp://127.0.0.1:0", "Pool": { "Name": "both", "Size": 1 } },
              "b": { "Url": "tcp://127.0.0.1:0", "Pool": { "Name": "both" } },
              "clock": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1s" } }
            }
            """);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestClient.AskAsync(server.Port(i % 2 == 0 ? "a" : "b"))));
        TimeSpan before = server.ProcessorTime;
        await TestClient.AskAsync(server.Port("clock"));
        Assert.InRange(server.ProcessorTime - before, TimeSpan.Zero, TimeSpan.FromSeconds(0.6));
    }
}
