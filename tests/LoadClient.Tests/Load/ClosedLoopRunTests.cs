using KestrelRaw.TestHelpers;
using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Tests.Load;

[Collection(nameof(RunsAlone))]
public sealed class ClosedLoopRunTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(103, 10, 1)]
    [InlineData(7, 20, 1)]
    [InlineData(103, 8, 3)]
    [InlineData(5, 2, 4)]
    public async Task Run_EveryResponseGood_CountsEachOnce(int requests, int connections, int threads)
    {
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, requests, connections) with { Threads = threads });

        Assert.Equal(new CountsReport(requests, requests, 0, 0, 0, 0, 0), report.Counts);
        Assert.Equal(new BytesReport(requests * Runs.Request.Length, requests * Serve.Http.Length, requests * Serve.Http.Length), report.Bytes);
        Assert.Equal(Serve.Http.Length, report.Server.DocumentBytes);
        Assert.Equal(requests, server.Accepted);
        Assert.True(report.Latencies.Total.Min > 0);
        Assert.True(report.Latencies.Total.Max >= report.Latencies.Processing.Max);
        Assert.True(report.Latencies.Processing.Max >= report.Latencies.Waiting.Min);
        Assert.InRange(report.Client.BusiestThread, 0, 1);

        // Not to the microsecond: a second that the loop saw the end of is in it whole.
        Assert.Equal(report.TimeTakenSeconds, report.Timeline.Points.Sum(point => point.LengthSeconds), 0.25);
    }

    [Fact]
    public async Task Run_HttpTarget_TellsHeadAndDocumentApartAndNamesTheServer()
    {
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 20, 3));

        Assert.Equal(20, report.Counts.Good);
        Assert.Equal(new BytesReport(20 * Runs.Request.Length, 20 * Serve.Http.Length, 20 * 12), report.Bytes);
        Assert.Equal(new ServerReport("test/1", 12), report.Server);
        Assert.Equal(0, report.Counts.Non2xx);
    }

    [Fact]
    public async Task Run_HttpStatusIsNot2xx_IsGoodAndCountedBeside()
    {
        await using TestServer server = TestServer.Start(Serve.Response("HTTP/1.0 503 Busy\r\nContent-Length: 0\r\n\r\n"));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 6, 2));

        Assert.Equal((6, 6), (report.Counts.Good, report.Counts.Non2xx));
    }

    [Fact]
    public async Task Run_HeadRequest_IsGoodWithoutItsDocument()
    {
        await using TestServer server = TestServer.Start(Serve.Response("HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\n"));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 5, 2) with { Request = "HEAD / HTTP/1.0\r\n\r\n"u8.ToArray() });

        Assert.Equal((5, 0), (report.Counts.Good, report.Bytes.Document));
    }

    [Fact]
    public async Task Run_RequestIsEmpty_WaitsForTheResponseAlone()
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.SendAsync(new byte[10]);
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 10, 2) with { Request = Array.Empty<byte>() });

        Assert.Equal((10, 0, 100), (report.Counts.Good, report.Bytes.Sent, report.Bytes.Received));
    }

    [Fact]
    public async Task Run_DurationIsOver_BeginsNoMoreAndLetsThoseUnderWayEnd()
    {
        var gate = new TaskCompletionSource();
        await using TestServer server = TestServer.Start(Serve.ResponseAfter(gate.Task, Serve.Http));
        var duration = TimeSpan.FromSeconds(2);

        RunReport report = await Runs.RunAsync(
            Runs.Of(server.Tcp, 1, 3) with { Requests = null, Duration = duration },
            progress => _ = progress is { Started: 3 } && progress.Elapsed > 2 * duration && gate.TrySetResult());

        Assert.Equal(new CountsReport(3, 3, 0, 0, 0, 0, 0), report.Counts);
        Assert.Equal(3, server.Accepted);
        Assert.True(report.TimeTakenSeconds >= 2 * duration.TotalSeconds);
        Assert.True(report.Latencies.Total.Min >= duration.TotalMilliseconds);
    }

    [Fact]
    public async Task Run_Cancelled_ReportsWhatWasDoneAndCountsTheAbandoned()
    {
        await using TestServer server = TestServer.Start(connection => connection.Number <= 5 ? Serve.Response(Serve.Http)(connection) : Serve.Stall(connection));
        using var stop = new CancellationTokenSource();

        RunReport report = await Runs.RunAsync(
            Runs.Of(server.Tcp, 100, 10) with { Threads = 2 },
            progress =>
            {
                if (progress is { Ended: 5, InFlight: 10 })
                {
                    stop.Cancel();
                }
            },
            cancellationToken: stop.Token);

        Assert.True(report.IsPartial);
        Assert.Equal(new CountsReport(15, 5, 0, 10, 0, 0, 0), report.Counts);
    }

    [Fact]
    public async Task Run_CancelledBefore_EndsAtOnce()
    {
        await using TestServer server = TestServer.Start(Serve.Stall);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 10, 2), cancellationToken: stop.Token);

        // The loops may have begun before they saw it.
        Assert.True(report.IsPartial);
        Assert.InRange(report.Counts.Abandoned, 0, 2);
        Assert.InRange(report.TimeTakenSeconds, 0, Until.Patience.TotalSeconds / 2);
    }

    [Fact]
    public async Task Run_ProgressThrows_EndsTheLoopsAndThrows()
    {
        await using TestServer server = TestServer.Start(Serve.Stall);
        using var generator = new LoadGenerator(Runs.Of(server.Tcp, 10, 2), TimeProvider.System, [], createRecorder: null);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => generator.RunAsync(_ => throw new InvalidOperationException(), CancellationToken.None).OrHang());
    }

    [Fact]
    public async Task Run_TimeoutIsShorterThanTheRehearsal_Runs()
    {
        await using TestServer server = TestServer.Start(Serve.Stall);

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 50, 5) with { Timeout = TimeSpan.FromTicks(1) });

        Assert.Equal(50, report.Counts.Failed);
    }
}
