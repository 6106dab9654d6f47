using System.Buffers;
using System.Collections.Immutable;
using System.Net.Sockets;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.Connections.Work;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Endpoints;

/// <summary>
/// One connection on a thread of its own, with blocking calls only. When a phase takes too long or the connection is
/// aborted, the socket is shut down in both directions: that wakes the thread, whatever call it is in.
/// </summary>
internal sealed class BlockingConversation(
    string endpoint,
    ConnectionWorkOptions terms,
    WorkRunner work,
    ConnectionContext connection,
    IConnectionOutcomeFeature outcome,
    TimeProvider timeProvider,
    HandlerLog log) : IDisposable
{
    /// <summary>One read at a time of what nobody will look at.</summary>
    private const int DiscardBytes = 16 * 1024;

    private readonly Socket _socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
    private readonly PhaseTimer _timer = new(outcome, timeProvider);
    private readonly byte[] _request = ArrayPool<byte>.Shared.Rent(terms.MaxRequestBytes);

    private bool HasEnded => outcome.Ended.IsCancellationRequested;

    /// <exception cref="SocketException">The client reset the connection, or it was ended, which has set the outcome by then.</exception>
    public void Serve()
    {
        _timer.Start(terms.FirstByteTimeout, ConnectionOutcome.FirstByteTimeout);
        int count = Receive();
        if (count == 0)
        {
            outcome.TrySetOutcome(ConnectionOutcome.ClientClosed);
            return;
        }

        _timer.Start(terms.WorkTimeout, ConnectionOutcome.WorkTimeout);
        ImmutableArray<ReadOnlyMemory<byte>> response = Work(_request.AsMemory(0, count));
        if (HasEnded)
        {
            return;
        }

        _timer.Start(terms.SendTimeout, ConnectionOutcome.SendTimeout);
        Send(response);
        outcome.TrySetOutcome(ConnectionOutcome.Completed);
        if (!HasEnded)
        {
            Linger();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        ArrayPool<byte>.Shared.Return(_request);
    }

    private int Receive()
    {
        int count = _socket.Receive(_request, 0, terms.MaxRequestBytes, SocketFlags.None);
        outcome.BytesReceived = count;
        if (count > 0 && log.IsReceivedEnabled)
        {
            log.Received(endpoint, connection.ConnectionId, new ReadOnlySequence<byte>(_request, 0, count));
        }

        return count;
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Work(ReadOnlyMemory<byte> request)
    {
        if (terms.Work is DelayWork delay)
        {
            Wait(delay.Delay);
            return delay.Sends;
        }

        try
        {
            // The thread is the connection's own.
            return [work.RunAsync(terms, request, connection.ConnectionId, outcome).AsTask().GetAwaiter().GetResult()];
        }
        catch (OperationCanceledException)
        {
            // Whoever ended the connection has set the outcome.
            return [];
        }
    }

    /// <summary>Sleeps in poll(2), which a reset ends at once and data doesn't.</summary>
    private void Wait(TimeSpan delay)
    {
        long start = timeProvider.GetTimestamp();
        for (TimeSpan left = delay; left > TimeSpan.Zero && !HasEnded; left = delay - timeProvider.GetElapsedTime(start))
        {
            // poll(2)'s unit is the millisecond: rounded down, a short rest would spin.
            if (_socket.Poll(MonotonicDelay.WholeMilliseconds(left), SelectMode.SelectError))
            {
                ThrowIfReset();
            }

            // A poll that came back before its time would do so again at once: there is urgent data, or the client
            // behind a Unix domain socket has closed.
            left = delay - timeProvider.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
            {
                outcome.Ended.WaitHandle.WaitOne(MonotonicDelay.WholeMilliseconds(left));
            }
        }
    }

    private void ThrowIfReset()
    {
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }

    private void Send(ImmutableArray<ReadOnlyMemory<byte>> response)
    {
        foreach (ReadOnlyMemory<byte> bytes in response)
        {
            for (ReadOnlySpan<byte> rest = bytes.Span; !rest.IsEmpty;)
            {
                rest = rest[_socket.Send(rest)..];
            }

            outcome.BytesSent += bytes.Length;
        }

        _socket.Shutdown(SocketShutdown.Send);
    }

    private void Linger()
    {
        long start = timeProvider.GetTimestamp();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DiscardBytes);
        try
        {
            for (long discarded = 0; discarded < InputDiscarder.DefaultMaxBytes;)
            {
                _timer.Start(LingeringClose.NextWait(terms.LingerTimeout, timeProvider.GetElapsedTime(start)), ConnectionOutcome.Completed);
                int count = _socket.Receive(buffer);
                if (count == 0)
                {
                    break;
                }

                discarded += count;
                outcome.BytesReceived += count;
            }
        }
        catch (SocketException)
        {
            // A client that resets once it has its response: it was sent, nothing is lost.
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
