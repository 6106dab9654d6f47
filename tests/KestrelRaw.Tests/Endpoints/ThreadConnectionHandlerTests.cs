using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Endpoints;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.Endpoints;

/// <summary>What a client sees of this model is in the functional tests: its calls block on a real socket.</summary>
public sealed class ThreadConnectionHandlerTests
{
    [Fact]
    public async Task Connection_NoThreadCanBeStarted_IsErrorWithOneLineAndNoCrash()
    {
        using var logger = new CollectingLogger();
        var connection = new TestConnection();
        var handler = new ThreadConnectionHandler(
            () => TestSettings.Endpoint(ConnectionModel.Threads), new FakeTimeProvider(), new HandlerLog(new Logger<HandlerLog>(logger)),
            static _ => throw new OutOfMemoryException("no more threads"));
        await handler.OnConnectedAsync(connection).OrHang();
        Assert.Equal(ConnectionOutcome.Error, connection.Outcome);
        LogEntry line = Assert.Single(logger.Entries);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("no more threads", line.Message, StringComparison.Ordinal);
    }
}
