using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Diagnostics;

public sealed class ConnectionCountersTests
{
    [Fact]
    public void Snapshot_SomeFinished_AddsUp()
    {
        var counters = new ConnectionCounters();
        counters.CountAccepted();
        counters.CountAccepted();
        counters.CountAccepted();
        counters.CountFinished(ConnectionOutcome.Completed);
        counters.CountFinished(ConnectionOutcome.ClientReset);
        counters.CountAcceptError();

        ConnectionCounts counts = counters.Snapshot();
        Assert.Equal(3, counts.Accepted);
        Assert.Equal(2, counts.Finished);
        Assert.Equal(1, counts.Active);
        Assert.Equal(1, counts.AcceptErrors);
        Assert.Equal(1, counts[ConnectionOutcome.ClientReset]);
        Assert.Equal(0, counts[ConnectionOutcome.Error]);
    }

    [Fact]
    public async Task Snapshot_WhileConnectionsComeAndGo_NeverShowsFewerThanNoneActive()
    {
        const int Threads = 2;
        var counters = new ConnectionCounters();
        Task[] traffic = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                counters.CountAccepted();
                counters.CountFinished((ConnectionOutcome)(i % ConnectionOutcomeNames.All.Length));
            }
        }))];
        var all = Task.WhenAll(traffic);
        do
        {
            ConnectionCounts counts = counters.Snapshot();
            Assert.InRange(counts.Active, 0, counts.Accepted);
        }
        while (!all.IsCompleted);

        await all.OrHang();
        Assert.Equal(0, counters.Snapshot().Active);
    }
}
