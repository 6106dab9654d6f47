using LoadClient.Reporting;

namespace LoadClient.Tests.Load;

[Collection(nameof(RunsAlone))]
public sealed class UnixTargetTests
{
    /// <summary>Linux takes one more into the backlog than it was asked for.</summary>
    private const int InBacklog = 2;

    [Fact]
    public async Task Run_UnixSocket_IsAsGoodAsTcp()
    {
        await using TestServer server = TestServer.StartUnix(Serve.Response(Serve.Http));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Unix, 100, 10) with { Threads = 2, ExpectText = "World" });

        Assert.Equal(new CountsReport(100, 100, 0, 0, 0, 0, 0), report.Counts);
        Assert.Equal(Serve.Http.Length, report.Server.DocumentBytes);
    }

    [Fact]
    public async Task Run_BacklogIsFull_WaitsForItAndAllAreGood()
    {
        var gate = new TaskCompletionSource();
        await using TestServer server = TestServer.StartUnix(Serve.Response(Serve.Http), backlog: 1, gate.Task);

        // When all have begun, all but those in the backlog were turned away by the kernel.
        RunReport report = await Runs.RunAsync(Runs.Of(server.Unix, 100, 20), progress => _ = progress.Started == 20 && gate.TrySetResult());

        Assert.Equal(new CountsReport(100, 100, 0, 0, 0, 0, 0), report.Counts);
        Assert.Equal(100, server.Accepted);
    }

    [Fact]
    public async Task Run_BacklogStaysFull_TimesOutByPhase()
    {
        await using TestServer server = TestServer.StartUnix(Serve.Response(Serve.Http), backlog: 1, new TaskCompletionSource().Task);

        RunReport report = await Runs.RunAsync(Runs.Of(server.Unix, 20, 5) with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(new Dictionary<string, long> { ["read-timeout"] = InBacklog, ["connect-timeout"] = 20 - InBacklog }, Runs.NonZero(report));
    }

    [Fact]
    public async Task Reset_RightAfterTheResponse_IsNamed()
    {
        // A unix socket resets when it is closed with something unread.
        await using TestServer server = TestServer.StartUnix(async connection =>
        {
            await connection.ReceiveAsync(1);
            await connection.SendAsync(new byte[10]);
        });

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(server.Unix, 50, 5)), "reset");
    }
}
