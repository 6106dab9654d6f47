using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Work;

/// <summary>Receive once, work, send, half-close, linger. The close comes when the connection is disposed.</summary>
/// <param name="endpoint">The endpoint's name in the log.</param>
/// <param name="options">What is in force when a connection starts; asked for each.</param>
/// <param name="timeProvider">The clock of the linger.</param>
/// <param name="logger">The log.</param>
public sealed partial class ConnectionWorkHandler(
    string endpoint, Func<ConnectionWorkOptions> options, TimeProvider timeProvider, ILogger logger) : ConnectionHandler
{
    private readonly WorkRunner _work = new(endpoint, timeProvider, logger);
    private readonly LogThrottle _failures = new(timeProvider);

    /// <inheritdoc />
    /// <remarks>One method, because each that waits for another keeps an object of its own for as long as a connection is held.</remarks>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ConnectionWorkOptions terms = options();
        var outcome = connection.Features.GetRequiredFeature<IConnectionOutcomeFeature>();
        var rest = new InputDiscarder(connection.Transport.Input);
        byte[]? request = null;
        using var timer = new PhaseTimer(outcome, timeProvider);
        try
        {
            timer.Start(terms.FirstByteTimeout, ConnectionOutcome.FirstByteTimeout);
            ReadResult received = await connection.Transport.Input.ReadAsync(outcome.Ended);
            outcome.BytesReceived = received.Buffer.Length;
            if (received.Buffer.IsEmpty)
            {
                outcome.TrySetOutcome(ConnectionOutcome.ClientClosed);
                return;
            }

            int length = TakeRequest(connection, received, terms, ref request);
            timer.Start(terms.WorkTimeout, ConnectionOutcome.WorkTimeout);
            if (terms.Work is DelayWork work)
            {
                await WaitAsync(work, connection, rest, outcome);
                timer.Start(terms.SendTimeout, ConnectionOutcome.SendTimeout);
                await SendAsync(work.Sends, connection, outcome);
            }
            else
            {
                ReadOnlyMemory<byte> response = await WorkAsync(terms, request.AsMemory(0, length), connection, rest, outcome);
                timer.Start(terms.SendTimeout, ConnectionOutcome.SendTimeout);
                await SendAsync(response, connection, outcome);
            }

            outcome.TrySetOutcome(ConnectionOutcome.Completed);
            await LingeringClose.LingerAsync(rest, terms.LingerTimeout, outcome, timer, timeProvider);
        }
        catch (OperationCanceledException) when (outcome.Ended.IsCancellationRequested)
        {
            // Whoever ended the connection has set the outcome.
        }
        catch (Exception exception) when (ClientLoss.Explains(exception))
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
            LogLevel level = _failures.Throttle(LogLevel.Error, out long untold);
            Log.HandlerFailed(logger, level, endpoint, connection.ConnectionId, untold, exception);
        }
        finally
        {
            outcome.BytesReceived += rest.BytesDiscarded;
            if (request is not null)
            {
                ArrayPool<byte>.Shared.Return(request);
            }
        }
    }

    /// <summary>A delay needs no copy of the request.</summary>
    private int TakeRequest(ConnectionContext connection, in ReadResult received, ConnectionWorkOptions terms, ref byte[]? request)
    {
        ReadOnlySequence<byte> taken = received.Buffer.Slice(0, Math.Min(received.Buffer.Length, terms.MaxRequestBytes));
        if (logger.IsEnabled(LogLevel.Trace))
        {
            Log.Received(logger, endpoint, connection.ConnectionId, taken.Length, ByteText.Escape(taken));
        }

        int length = 0;
        if (terms.Work is not DelayWork)
        {
            length = (int)taken.Length;
            request = ArrayPool<byte>.Shared.Rent(length);
            taken.CopyTo(request);
        }

        connection.Transport.Input.AdvanceTo(received.Buffer.End);
        return length;
    }

    private static ValueTask WaitAsync(DelayWork work, ConnectionContext connection, InputDiscarder rest, IConnectionOutcomeFeature outcome)
    {
        if (work.Delay <= TimeSpan.Zero)
        {
            return ValueTask.CompletedTask;
        }

        ValueTask waiting = connection.Features.GetRequiredFeature<IConnectionDelayFeature>().DelayAsync(work.Delay);
        return outcome.TryEndOnReset() ? waiting : WatchedAsync(waiting, connection.Transport.Input, rest, outcome);
    }

    private static async ValueTask WatchedAsync(ValueTask waiting, PipeReader input, InputDiscarder rest, IConnectionOutcomeFeature outcome)
    {
        Task watch = WatchAsync(rest, outcome);
        try
        {
            await waiting;
        }
        finally
        {
            input.CancelPendingRead();
            await watch;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> WorkAsync(
        ConnectionWorkOptions terms, ReadOnlyMemory<byte> request, ConnectionContext connection, InputDiscarder rest, IConnectionOutcomeFeature outcome)
    {
        Task? watch = outcome.TryEndOnReset() ? null : WatchAsync(rest, outcome);
        try
        {
            return await _work.RunAsync(terms, request, connection.ConnectionId, outcome);
        }
        finally
        {
            if (watch is not null)
            {
                connection.Transport.Input.CancelPendingRead();
                await watch;
            }
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
        catch (Exception exception) when (ClientLoss.Explains(exception))
        {
            outcome.EndAs(ConnectionOutcome.ClientReset);
        }
    }

    private static async ValueTask SendAsync(ImmutableArray<ReadOnlyMemory<byte>> sends, ConnectionContext connection, IConnectionOutcomeFeature outcome)
    {
        var halfClose = connection.Features.GetRequiredFeature<IHalfCloseFeature>();
        for (int i = 0; i < sends.Length - 1; i++)
        {
            await halfClose.SendAsync(sends[i], outcome.Ended);
            outcome.BytesSent += sends[i].Length;
        }

        await SendAsync(sends.IsEmpty ? default : sends[^1], connection, outcome);
    }

    private static async ValueTask SendAsync(ReadOnlyMemory<byte> response, ConnectionContext connection, IConnectionOutcomeFeature outcome)
    {
        await connection.Features.GetRequiredFeature<IHalfCloseFeature>().SendLastAsync(response, outcome.Ended);
        outcome.BytesSent += response.Length;
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Trace, "Endpoint {Endpoint}: connection {ConnectionId} sent {Count} bytes: {Bytes}", EventName = "Received")]
        public static partial void Received(ILogger logger, string endpoint, string connectionId, long count, string bytes);

        [LoggerMessage(EventId = 31, Message = "Endpoint {Endpoint}: the handler of connection {ConnectionId} failed ({Untold} others since the last such line)", EventName = "HandlerFailed")]
        public static partial void HandlerFailed(ILogger logger, LogLevel level, string endpoint, string connectionId, long untold, Exception exception);
    }
}
