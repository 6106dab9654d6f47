using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Endpoints;

/// <summary>The model <c>Threads</c>: an OS thread of its own for each connection, as in the article's first server.</summary>
internal sealed class ThreadConnectionHandler(
    Func<EndpointSettings> settings, TimeProvider timeProvider, HandlerLog log, ThreadBudget threads, Action<Thread> startThread) : ConnectionHandler
{
    /// <summary>Enough for the few frames below; the platform's default of 8 MB would reserve 80 GB at 10,000 connections.</summary>
    private const int StackBytes = 256 * 1024;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        EndpointSettings endpoint = settings();
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
            await RunAsync(endpoint, connection, outcome);
        }
        finally
        {
            threads.Return();
        }
    }

    private Task RunAsync(EndpointSettings endpoint, ConnectionContext connection, IConnectionOutcomeFeature outcome)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(endpoint, connection, outcome, done), StackBytes) { IsBackground = true, Name = "connection" };
        try
        {
            startThread(thread);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // A limit on processes or memory. The connection ends, the server goes on.
            outcome.TrySetOutcome(ConnectionOutcome.Error);
            log.ThreadNotStarted(endpoint.Name, connection.ConnectionId, exception.Message);
            return Task.CompletedTask;
        }

        return done.Task;
    }

    private void Run(EndpointSettings endpoint, ConnectionContext connection, IConnectionOutcomeFeature outcome, TaskCompletionSource done)
    {
        try
        {
            using var serving = new BlockingConversation(connection, endpoint, outcome, timeProvider, log);
            serving.Serve();
        }
        catch (SocketException)
        {
            outcome.TrySetOutcome(ConnectionOutcome.ClientReset);
        }
        catch (Exception exception)
        {
            outcome.TrySetOutcome(ConnectionOutcome.Error);
            log.HandlerFailed(endpoint.Name, connection.ConnectionId, exception);
        }

        done.SetResult();
    }
}
