using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Endpoints;
using KestrelRaw.Limits;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Limits;
using KestrelRaw.Work;
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
        using var budget = new ThreadBudget(TestLimits.Threads(1));
        var connection = new TestConnection();
        ThreadConnectionHandler handler = Create(logger, budget, static _ => throw new OutOfMemoryException("no more threads"));
        await handler.OnConnectedAsync(connection).OrHang();
        Assert.Equal(ConnectionOutcome.Error, connection.Outcome);
        LogEntry line = Assert.Single(logger.Entries);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("no more threads", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_BudgetSpent_WaitsForAThreadUntilItIsEnded()
    {
        using var logger = new CollectingLogger();
        using var budget = new ThreadBudget(TestLimits.Threads(ThreadBudget.Reserve + 1));
        var waiting = new TestConnection();
        bool isStarted = false;
        ThreadConnectionHandler handler = Create(logger, budget, _ => isStarted = true);
        await budget.TakeAsync(TestContext.Current.CancellationToken);
        Task served = handler.OnConnectedAsync(waiting);
        Assert.False(served.IsCompleted);

        waiting.EndAs(ConnectionOutcome.Aborted);
        await served.OrHang();
        Assert.Equal(ConnectionOutcome.Aborted, waiting.Outcome);
        Assert.False(isStarted);
        Assert.Empty(logger.Entries);
    }

    [Fact]
    public async Task Connection_ThatGotNoThread_GivesItsPlaceInTheBudgetBack()
    {
        using var logger = new CollectingLogger();
        using var budget = new ThreadBudget(TestLimits.Threads(ThreadBudget.Reserve + 1));
        ThreadConnectionHandler handler = Create(logger, budget, static _ => throw new OutOfMemoryException("no more threads"));
        await handler.OnConnectedAsync(new TestConnection()).OrHang();
        Assert.True(budget.TakeAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    private static ThreadConnectionHandler Create(CollectingLogger logger, ThreadBudget budget, Action<Thread> startThread) => new(
        "test", () => EndpointWork.Create(TestSettings.Endpoint(ConnectionModel.Threads)), new FakeTimeProvider(), new HandlerLog(new Logger<HandlerLog>(logger)), budget, startThread);
}
