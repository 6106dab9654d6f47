using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Work;
using KestrelRaw.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Endpoints;

/// <summary>The model <c>Threads</c>: an OS thread of its own for each connection, as in the article's first server.</summary>
internal sealed class ThreadConnectionHandler(
    string endpoint, Func<ConnectionWorkOptions> options, TimeProvider timeProvider, HandlerLog log, ThreadBudget threads, Action<Thread> startThread) : ConnectionHandler
{
    /// <summary>Enough for the few frames below; the platform's default of 8 MB would reserve 80 GB at 10,000 connections.</summary>
    private const int StackBytes = 256 * 1024;

    private readonly WorkRunner _work = new(endpoint, timeProvider, log.Logger);
    private readonly LogThrottle _failures = new(timeProvider);
    private readonly LogThrottle _notStarted = new(timeProvider);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ConnectionWorkOptions terms = options();
        var outcome = connection.Features.GetRequiredFeature<IConnectionOutcomeFeature>();
        try
        {
            await threads.TakeAsync(outcome.Ended);
        }
        catch (OperationCanceledException)
        {
            // Whoever ended the connection has set the outcome.
            return;
        }

        try
        {
            await RunAsync(terms, connection, outcome);
        }
        finally
        {
            threads.Return();
        }
    }

    private Task RunAsync(ConnectionWorkOptions terms, ConnectionContext connection, IConnectionOutcomeFeature outcome)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(terms, connection, outcome, done), StackBytes) { IsBackground = true, Name = "connection" };
        try
        {
            startThread(thread);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // A limit on processes or memory. The connection ends, the server goes on.
            outcome.TrySetOutcome(ConnectionOutcome.Error);
            log.ThreadNotStarted(_notStarted, endpoint, connection.ConnectionId, exception.Message);
            return Task.CompletedTask;
        }

        return done.Task;
    }

    private void Run(ConnectionWorkOptions terms, ConnectionContext connection, IConnectionOutcomeFeature outcome, TaskCompletionSource done)
    {
        try
        {
            using var serving = new BlockingConversation(endpoint, terms, _work, connection, outcome, timeProvider, log);
            serving.Serve();
        }
        catch (SocketException)
        {
            outcome.TrySetOutcome(ConnectionOutcome.ClientReset);
        }
        catch (Exception exception)
        {
            outcome.TrySetOutcome(ConnectionOutcome.Error);
            log.HandlerFailed(_failures, endpoint, connection.ConnectionId, exception);
        }

        done.SetResult();
    }
}
