using System.Buffers;
using System.Net.Sockets;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.Work;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Endpoints;

/// <summary>
/// One connection on a thread of its own, with blocking calls only. When a phase takes too long or the connection is
/// aborted, the socket is shut down in both directions: that wakes the thread, whatever call it is in.
/// </summary>
internal sealed class BlockingConversation(
    ConnectionContext connection, EndpointSettings endpoint, IConnectionOutcomeFeature outcome, TimeProvider timeProvider, HandlerLog log) : IDisposable
{
    /// <summary>One read at a time of what nobody will look at.</summary>
    private const int DiscardBytes = 16 * 1024;

    private readonly Socket _socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
    private readonly PhaseTimer _timer = new(outcome, timeProvider);

    private bool HasEnded => outcome.Ended.IsCancellationRequested;

    /// <exception cref="SocketException">The client reset the connection, or it was ended, which has set the outcome by then.</exception>
    public void Serve()
    {
        _timer.Start(endpoint.Timeouts.FirstByte, ConnectionOutcome.FirstByteTimeout);
        if (!Receive())
        {
            outcome.TrySetOutcome(ConnectionOutcome.ClientClosed);
            return;
        }

        if (endpoint.Work.Kind != WorkKind.None)
        {
            _timer.Start(endpoint.Timeouts.Work, ConnectionOutcome.WorkTimeout);
            Wait(endpoint.Work.Delay);
        }

        if (HasEnded)
        {
            return;
        }

        _timer.Start(endpoint.Timeouts.Send, ConnectionOutcome.SendTimeout);
        Send();
        if (outcome.TrySetOutcome(ConnectionOutcome.Completed))
        {
            Linger();
        }
    }

    public void Dispose() => _timer.Dispose();

    private bool Receive()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(endpoint.MaxRequestBytes);
        int count = _socket.Receive(buffer, 0, endpoint.MaxRequestBytes, SocketFlags.None);
        outcome.BytesReceived = count;
        if (count > 0 && log.IsReceivedEnabled)
        {
            log.Received(endpoint.Name, connection.ConnectionId, new ReadOnlySequence<byte>(buffer, 0, count));
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return count > 0;
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

    private void Send()
    {
        foreach (ReadOnlyMemory<byte> bytes in endpoint.Response.Sends)
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
                _timer.Start(LingeringClose.NextWait(endpoint.Timeouts.Linger, timeProvider.GetElapsedTime(start)), ConnectionOutcome.Completed);
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
