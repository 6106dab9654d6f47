using System.Collections.Immutable;
using System.IO.Pipelines;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.Responses;
using KestrelRaw.Work;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Endpoints;

/// <summary>The model <c>Async</c>: receive once, work, send, half-close, linger. The close comes when Kestrel disposes the connection.</summary>
internal sealed class AsyncConnectionHandler(Func<EndpointSettings> settings, TimeProvider timeProvider, HandlerLog log) : ConnectionHandler
{
    /// <remarks>One method, because each that waits for another keeps an object of its own for as long as a connection is held.</remarks>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        EndpointSettings endpoint = settings();
        var outcome = connection.Features.GetRequiredFeature<IConnectionOutcomeFeature>();
        var rest = new InputDiscarder(connection.Transport.Input);
        using var timer = new PhaseTimer(outcome, timeProvider);
        try
        {
            timer.Start(endpoint.Timeouts.FirstByte, ConnectionOutcome.FirstByteTimeout);
            if (!await ReceiveAsync(endpoint, connection, outcome))
            {
                outcome.TrySetOutcome(ConnectionOutcome.ClientClosed);
                return;
            }

            await WorkAsync(endpoint, connection, rest, outcome, timer);

            timer.Start(endpoint.Timeouts.Send, ConnectionOutcome.SendTimeout);
            await SendAsync(endpoint.Response, connection.Features.GetRequiredFeature<IHalfCloseFeature>(), outcome);
            outcome.TrySetOutcome(ConnectionOutcome.Completed);

            await LingeringClose.LingerAsync(rest, endpoint.Timeouts.Linger, outcome, timer, timeProvider);
        }
        catch (OperationCanceledException) when (outcome.Ended.IsCancellationRequested)
        {
            // Whoever ended the connection has set the outcome.
        }
        catch (ConnectionResetException)
        {
            outcome.TrySetOutcome(ConnectionOutcome.ClientReset);
        }
        catch (ConnectionAbortedException)
        {
            outcome.TrySetOutcome(ConnectionOutcome.Aborted);
        }
        catch (Exception exception)
        {
            outcome.TrySetOutcome(ConnectionOutcome.Error);
            log.HandlerFailed(endpoint.Name, connection.ConnectionId, exception);
        }
        finally
        {
            outcome.BytesReceived += rest.BytesDiscarded;
        }
    }

    /// <summary>False when the client closed before it sent a byte.</summary>
    private async ValueTask<bool> ReceiveAsync(EndpointSettings endpoint, ConnectionContext connection, IConnectionOutcomeFeature outcome)
    {
        PipeReader input = connection.Transport.Input;
        ReadResult result = await input.ReadAsync(outcome.Ended);
        outcome.BytesReceived = result.Buffer.Length;
        bool isAny = !result.Buffer.IsEmpty;
        if (isAny && log.IsReceivedEnabled)
        {
            log.Received(endpoint.Name, connection.ConnectionId, result.Buffer.Slice(0, Math.Min(result.Buffer.Length, endpoint.MaxRequestBytes)));
        }

        input.AdvanceTo(result.Buffer.End);
        return isAny;
    }

    private static ValueTask WorkAsync(EndpointSettings endpoint, ConnectionContext connection, InputDiscarder rest, IConnectionOutcomeFeature outcome, PhaseTimer timer)
    {
        if (endpoint.Work.Kind == WorkKind.None)
        {
            return ValueTask.CompletedTask;
        }

        timer.Start(endpoint.Timeouts.Work, ConnectionOutcome.WorkTimeout);
        ValueTask work = connection.Features.GetRequiredFeature<IConnectionDelayFeature>().DelayAsync(endpoint.Work.Delay);
        return outcome.TryEndOnReset() ? work : WatchedAsync(work, connection.Transport.Input, rest, outcome);
    }

    private static async ValueTask WatchedAsync(ValueTask work, PipeReader input, InputDiscarder rest, IConnectionOutcomeFeature outcome)
    {
        Task watch = WatchAsync(rest, outcome);
        try
        {
            await work;
        }
        finally
        {
            input.CancelPendingRead();
            await watch;
        }
    }

    /// <summary>On a transport where only a pending read sees the client's reset, what a client sends during the work is read and discarded.</summary>
    private static async Task WatchAsync(InputDiscarder rest, IConnectionOutcomeFeature outcome)
    {
        try
        {
            await rest.DiscardAsync(outcome.Ended);
        }
        catch (ConnectionAbortedException)
        {
            outcome.EndAs(ConnectionOutcome.Aborted);
        }
        catch (OperationCanceledException)
        {
            // The work is told by the same token.
        }
        catch (ConnectionResetException)
        {
            outcome.EndAs(ConnectionOutcome.ClientReset);
        }
    }

    private static async ValueTask SendAsync(Response response, IHalfCloseFeature connection, IConnectionOutcomeFeature outcome)
    {
        ImmutableArray<ReadOnlyMemory<byte>> sends = response.Sends;
        for (int i = 0; i < sends.Length; i++)
        {
            bool isLast = i == sends.Length - 1;
            await (isLast ? connection.SendLastAsync(sends[i], outcome.Ended) : connection.SendAsync(sends[i], outcome.Ended));
            outcome.BytesSent += sends[i].Length;
        }
    }
}
