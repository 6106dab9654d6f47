using KestrelRaw.Logging;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;

namespace KestrelRaw.Tests.Logging;

public sealed class UnwrittenEventsTests
{
    [Fact]
    public void OnMessage_OfAnEventThatWasNotWritten_ReportsEachNewCountOnce()
    {
        var clock = new FakeTimeProvider();
        var reports = new List<long>();
        using var events = new UnwrittenEvents(clock, reports.Add);
        events.OnMessage("2026-01-01 Serilog.Sinks.Async.BackgroundWorkerSink unable to enqueue, capacity 10");
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(reports);

        events.OnMessage("2026-01-01 Serilog.Sinks.Async.BackgroundWorkerSink failed to emit event to wrapped sink: System.IO.IOException");
        events.OnMessage("2026-01-01 Caught exception while emitting to sink ConsoleSink: System.IO.IOException");
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([2], reports);
        Assert.Equal(2, events.Count);
    }

    /// <summary>Serilog's own words, of the versions that are in use.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Serilog_SinkFails_IsCounted(bool isAsync)
    {
        using var events = new UnwrittenEvents(TimeProvider.System, _ => { });
        SelfLog.Enable(events.OnMessage);
        try
        {
            var configuration = new LoggerConfiguration();
            using (Logger logger = (isAsync ? configuration.WriteTo.Async(sink => sink.Sink(new FullDisk())) : configuration.WriteTo.Sink(new FullDisk())).CreateLogger())
            {
                logger.Information("one");
                logger.Information("two");
            }
        }
        finally
        {
            SelfLog.Disable();
        }

        Assert.Equal(2, events.Count);
    }

    private sealed class FullDisk : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => throw new IOException("No space left on device");
    }
}
