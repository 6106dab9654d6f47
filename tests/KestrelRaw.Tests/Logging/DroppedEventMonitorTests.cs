using KestrelRaw.Logging;
using Microsoft.Extensions.Time.Testing;
using Serilog.Sinks.Async;

namespace KestrelRaw.Tests.Logging;

public sealed class DroppedEventMonitorTests
{
    [Fact]
    public void Monitor_EventsWereDropped_ReportsEachNewCountOnce()
    {
        var clock = new FakeTimeProvider();
        var reports = new List<long>();
        var totals = new List<long>();
        var queue = new Queue();
        using var monitor = new DroppedEventMonitor(clock, reports.Add, totals.Add);
        monitor.StartMonitoring(queue);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(reports);

        queue.DroppedMessagesCount = 5;
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([5], reports);

        queue.DroppedMessagesCount = 7;
        monitor.StopMonitoring(queue);
        Assert.Equal([5], reports);
        Assert.Equal([7], totals);
    }

    private sealed class Queue : IAsyncLogEventSinkInspector
    {
        public int BufferSize => 10;

        public int Count => 0;

        public long DroppedMessagesCount { get; set; }
    }
}
