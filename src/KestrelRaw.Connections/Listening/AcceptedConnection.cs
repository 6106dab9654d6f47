using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// A connection from accept to close. Whatever its handler does, disposing it closes the socket, counts one outcome and
/// frees the slot, in this order and once: Kestrel disposes every connection it was given.
/// </summary>
internal abstract partial class AcceptedConnection(AcceptedSocket accepted, ConnectionLease lease, ConnectionScope scope)
    : ConnectionContext, IConnectionOutcomeFeature, IHalfCloseFeature, IConnectionLifetimeFeature
{
    private const int NoOutcome = -1;

    private readonly CancellationTokenSource _ended = new();
    private readonly Socket _socket = accepted.Socket;
    private int _outcome = NoOutcome;
    private int _disposed;

    protected ILogger Logger => scope.Logger;

    public ConnectionOutcome? Outcome => _outcome == NoOutcome ? null : (ConnectionOutcome)_outcome;

    public CancellationToken Ended => _ended.Token;

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public bool TrySetOutcome(ConnectionOutcome outcome) =>
        Interlocked.CompareExchange(ref _outcome, (int)outcome, NoOutcome) == NoOutcome;

    public void EndAs(ConnectionOutcome outcome)
    {
        TrySetOutcome(outcome);
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A timer or an abort that came when the connection had just ended by itself.
            Log.EndedLate(scope.Logger, ConnectionId, outcome);
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        TrySetOutcome(ConnectionOutcome.Aborted);
        AbortSocket(abortReason);
        EndAs(ConnectionOutcome.Aborted);
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await _socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Translate(exception);
        }
    }

    public void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Translate(exception);
        }
    }

    public sealed override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            await CloseAndCountAsync();
        }
        finally
        {
            // gevent's order: the slot is free when the socket is closed, not before; and whatever went wrong.
            lease.Dispose();
            await base.DisposeAsync();
        }
    }

    /// <summary>RST, and an end to every call that waits on the socket.</summary>
    protected abstract void AbortSocket(ConnectionAbortedException reason);

    protected abstract ValueTask CloseSocketAsync();

    /// <summary>To be called when the connection is set up: the features of ours that a handler looks for, and the pool's view of it.</summary>
    protected void Introduce()
    {
        lease.Attach(this);
        Features.Set<IConnectionOutcomeFeature>(this);
        Features.Set<IHalfCloseFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
    }

    private async ValueTask CloseAndCountAsync()
    {
        try
        {
            if (Outcome == ConnectionOutcome.SendTimeout)
            {
                // A client that doesn't read would keep the rest of the response in kernel memory long after a close.
                AbortSocket(new ConnectionAbortedException("The client did not take the response in time."));
            }

            await CloseSocketAsync();
        }
        finally
        {
            TrySetOutcome(ConnectionOutcome.Completed);
            scope.CountEnd(ConnectionId, accepted, Outcome!.Value, BytesReceived, BytesSent);
            _ended.Dispose();
        }
    }

    private Exception Translate(Exception exception) =>
        _ended.IsCancellationRequested || exception is ObjectDisposedException
            ? new ConnectionAbortedException("The connection was aborted.", exception)
            : new ConnectionResetException("The client reset the connection.", exception);

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Trace, "Connection {ConnectionId} was to end as {Outcome}, but had ended", EventName = "EndedLate")]
        public static partial void EndedLate(ILogger logger, string connectionId, ConnectionOutcome outcome);
    }
}
