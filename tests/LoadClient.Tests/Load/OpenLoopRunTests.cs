using System.Collections.Concurrent;
using LoadClient.Reporting;

namespace LoadClient.Tests.Load;

[Collection(nameof(RunsAlone))]
public sealed class OpenLoopRunTests
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task OpenLoop_ServerStallsInTheMiddle_PercentilesShowIt()
    {
        await using TestServer server = TestServer.Start(StallAt(100));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 400, 400) with { Rate = 100 });

        Assert.Equal(400, report.Counts.Good);
        Assert.True(report.Latencies.Total.At(99) >= 1000, $"p99 {report.Latencies.Total.At(99)} ms");
    }

    /// <summary>Why there is an open loop: while the server stalls, a closed one asks nothing.</summary>
    [Fact]
    public async Task ClosedLoop_ServerStallsInTheMiddle_PercentilesHideIt()
    {
        await using TestServer server = TestServer.Start(StallAt(100));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 1000, 2));

        Assert.Equal(1000, report.Counts.Good);
        Assert.True(report.Latencies.Total.At(99) < 500, $"p99 {report.Latencies.Total.At(99)} ms");
        Assert.True(report.Latencies.Total.Max >= 1500, $"max {report.Latencies.Total.Max} ms");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task OpenLoop_Starts_AreIntendedEvenlySpaced(int threads)
    {
        var starts = new ConcurrentBag<long>();
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));

        RunReport report = await Runs.RunAsync(
            Runs.Of(server.Tcp, 50, 50) with { Rate = 200, Threads = threads },
            createRecorder: () => new CallingRecorder(times => starts.Add(times.StartUnixMicroseconds)));

        Assert.Equal(50, report.Counts.Good);
        long[] inOrder = [.. starts.Order()];
        Assert.All(Enumerable.Range(0, 50), i => Assert.InRange(inOrder[i] - inOrder[0], (5000 * i) - 1, (5000 * i) + 1));
        Assert.True(report.TimeTakenSeconds >= 49 / 200.0);
    }

    [Fact]
    public async Task OpenLoop_ConnectionsAreLimited_LateStartsAreCountedAndLatencyIsFromTheIntendedStart()
    {
        const int Requests = 20;
        var first = TimeSpan.FromMilliseconds(500);
        await using TestServer server = TestServer.Start(async connection =>
        {
            // The server's own work, whose length is what the test is about; nothing waits for it by time.
            await Task.Delay(connection.Number == 1 ? first : TimeSpan.Zero);
            await Serve.Response(Serve.Http)(connection);
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, Requests, 1) with { Rate = 1000 });

        // The first one is late, too, when the machine is. The half: the server's timer has a coarser clock.
        Assert.Equal(Requests, report.Counts.Good);
        Assert.InRange(report.Counts.LateStarts, Requests - 1, Requests);
        Assert.True(report.Counts.LatestStartMilliseconds >= first.TotalMilliseconds / 2);
        Assert.True(report.Latencies.Total.Min >= first.TotalMilliseconds / 2);
        Assert.Contains(report.Client.Bottlenecks, bottleneck => bottleneck.StartsWith("late starts", StringComparison.Ordinal));
    }

    /// <summary>From the given connection on nothing is answered until the time is over.</summary>
    private static Func<ServedConnection, Task> StallAt(int number)
    {
        // A stall of the server has to last: it is what the latencies must show.
        var stall = new Lazy<Task>(() => Task.Delay(Stall));
        return async connection =>
        {
            if (connection.Number >= number)
            {
                await stall.Value;
            }

            await Serve.Response(Serve.Http)(connection);
        };
    }
}
