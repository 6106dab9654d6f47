using System.Threading.Channels;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// What becomes of a listener's accepted connections: with a slot they go to Kestrel, without one into the queue or away.
/// </summary>
internal sealed partial class ConnectionIntake(
    Func<AcceptedSocket, ConnectionLease, ConnectionScope, AcceptedConnection> createConnection,
    ConnectionScope scope,
    HangUpWatcher hangUps) : IQueueOwner, IAsyncDisposable
{
    /// <summary>What a handler gets to come to its end after it was aborted; Kestrel's own is one second, too.</summary>
    private static readonly TimeSpan AfterAbort = TimeSpan.FromSeconds(1);

    /// <summary>Connections with a slot, on their way to Kestrel. Its continuation is short: it hands the connection to the thread pool.</summary>
    private readonly Channel<ConnectionContext> _ready = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Accepted connections that Kestrel does not know: they are queued, or being turned away.</summary>
    private readonly ConnectionPool _pending = new(size: null);

    private readonly CancellationTokenSource _deadline = new();
    private readonly ConnectionPool _pool = scope.Admission.Pool;
    private readonly LogThrottle _failures = new(scope.TimeProvider);
    private volatile bool _isDraining;

    /// <summary>The next connection with a slot; null when there will be no more, and when the call is cancelled.</summary>
    public async ValueTask<ConnectionContext?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _ready.Reader.WaitToReadAsync(cancellationToken))
            {
                if (_ready.Reader.TryRead(out ConnectionContext? connection))
                {
                    return connection;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Kestrel takes null for the end.
        }

        return null;
    }

    /// <summary>Gives the connection to Kestrel, to the queue, or away.</summary>
    public void Admit(AcceptedSocket socket, ConnectionLease lease)
    {
        if (lease.IsHeld)
        {
            if (_pool.TryIdentify(lease, socket.RemoteEndPoint))
            {
                HandOut(socket, lease);
                return;
            }

            // The client has all that it may have.
            lease.Dispose();
        }
        else if (_pool.TryTake(scope.Admission.Member, socket.RemoteEndPoint, out lease))
        {
            if (scope.Admission.Options.WhenFull == WhenFull.Queue)
            {
                scope.Metrics.RecordPoolWait(scope.Endpoint, _pool.Name, TimeSpan.Zero);
            }

            HandOut(socket, lease);
            return;
        }

        AdmissionOptions options = scope.Admission.Options;
        if (options.WhenFull == WhenFull.Reject)
        {
            TurnAway(socket, ConnectionOutcome.Rejected);
        }
        else
        {
            Enqueue(socket, new EntryTerms(options.QueueLimit, IsTimed: true, OnlyIfClientIsFull: options.WhenFull == WhenFull.StopAccepting));
        }
    }

    private void Enqueue(AcceptedSocket socket, EntryTerms terms)
    {
        _pending.TryAcquire(out ConnectionLease pending);
        var connection = new QueuedConnection(socket, this, scope.Admission, pending);
        switch (scope.Admission.Enter(connection, terms, out ConnectionLease lease))
        {
            case EntryAnswer.Granted:
                HandOut(socket, lease);
                pending.Dispose();
                break;
            case EntryAnswer.Queued:
                connection.Watch(hangUps);
                if (_deadline.IsCancellationRequested)
                {
                    connection.Leave(ConnectionOutcome.Aborted);
                }

                break;
            default:
                TurnAway(socket, ConnectionOutcome.Rejected);
                pending.Dispose();
                break;
        }
    }

    private void HandOut(AcceptedSocket socket, ConnectionLease lease)
    {
        AcceptedConnection connection;
        try
        {
            connection = createConnection(socket, lease, scope);
        }
        catch (Exception error)
        {
            LogLevel level = _failures.Throttle(LogLevel.Error, out long untold);
            Log.ConnectionNotCreated(scope.Logger, level, scope.Endpoint, untold, error);
            Close(socket, ConnectionOutcome.Error);
            lease.Dispose();
            return;
        }

        if (scope.Inline is { } inline)
        {
            inline.Start(connection);
        }
        else if (!_ready.Writer.TryWrite(connection))
        {
            throw new InvalidOperationException("A connection got a slot after its listener had ended.");
        }

        if (_isDraining)
        {
            RequestClose(connection);
        }
    }

    /// <summary>Kestrel's polite request, which a handler sees as <c>ConnectionClosedRequested</c>.</summary>
    private void RequestClose(BaseConnectionContext? connection)
    {
        try
        {
            connection?.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        catch (Exception error)
        {
            // What the handler does when it is asked. There are others to ask.
            Log.RequestFailed(scope.Logger, scope.Endpoint, connection!.ConnectionId, error);
        }
    }

    private void TurnAway(AcceptedSocket socket, ConnectionOutcome outcome)
    {
        AdmissionOptions options = scope.Admission.Options;
        if (options.RejectWithReset)
        {
            socket.Reset();
            scope.CountEnd(null, socket, outcome);
            return;
        }

        _pending.TryAcquire(out ConnectionLease pending);
        _ = TurnAwayAsync(socket, outcome, options, pending);
    }

    /// <summary>Owned by <see cref="_pending"/>, which the accept loop waits for at its end.</summary>
    private async Task TurnAwayAsync(AcceptedSocket socket, ConnectionOutcome outcome, AdmissionOptions options, ConnectionLease pending)
    {
        long received = 0;
        long sent = 0;
        try
        {
            (received, sent) = await Admission.TurnAway.CloseAsync(socket, options, scope.TimeProvider, _deadline.Token);
        }
        finally
        {
            scope.CountEnd(null, socket, outcome, received, sent);
            pending.Dispose();
        }
    }

    private void Close(AcceptedSocket socket, ConnectionOutcome outcome)
    {
        socket.Dispose();
        scope.CountEnd(null, socket, outcome);
    }

    /// <summary>
    /// Asks the connections of this endpoint to come to an end. Kestrel does so too, but only after the accept loop has
    /// ended, and that serves first who waits for a slot: conversations without an end of their own would keep them
    /// waiting until the deadline.
    /// </summary>
    public void BeginDrain()
    {
        _isDraining = true;
        foreach (PooledConnection running in Running())
        {
            RequestClose(running.Connection);
        }
    }

    /// <summary>
    /// Waits until what was accepted is with Kestrel or gone: as long as there may be slots, and until the deadline. Inline
    /// connections Kestrel does not know; those it waits for, and aborts at the deadline.
    /// </summary>
    public async Task FinishAsync()
    {
        if (_pool.IsOpen)
        {
            Task emptied = _pending.WaitEmptyAsync(Timeout.InfiniteTimeSpan, _deadline.Token);
            await emptied.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        AbortQueued();
        await _pending.WaitEmptyAsync(Timeout.InfiniteTimeSpan);
        if (scope.Inline is { } inline)
        {
            await FinishInlineAsync(inline);
        }
    }

    private async Task FinishInlineAsync(InlineDispatcher inline)
    {
        Task ended = inline.WaitEmptyAsync(CancellationToken.None);
        await ended.WaitAsync(_deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ended.IsCompleted)
        {
            var reason = new ConnectionAbortedException("The server shuts down, and the time for that is over.");
            foreach (PooledConnection running in Running())
            {
                running.TryAbort(reason);
            }

            await ended.WaitAsync(AfterAbort, scope.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCompleted)
            {
                Log.NotAllEnded(scope.Logger, scope.Endpoint, AfterAbort.TotalSeconds);
            }
        }
    }

    private IEnumerable<PooledConnection> Running() => _pool.GetRunning().Where(running => running.Member == scope.Admission.Member);

    /// <summary>No connection comes any more.</summary>
    public void Complete() => _ready.Writer.TryComplete();

    /// <summary>Nobody is queued any more, and closing is no longer done with care.</summary>
    public void PassDeadline()
    {
        _deadline.Cancel();
        AbortQueued();
    }

    /// <summary>To be called after <see cref="Complete"/>: Kestrel may have left some behind.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_ready.Reader.TryRead(out ConnectionContext? connection))
        {
            connection.Abort(new ConnectionAbortedException("The listener was disposed."));
            await connection.DisposeAsync();
        }
    }

    void IQueueOwner.OnGranted(QueuedConnection connection, ConnectionLease lease)
    {
        // First: an inline connection may have ended when it was handed out.
        scope.Metrics.RecordPoolWait(scope.Endpoint, _pool.Name, scope.TimeProvider.GetElapsedTime(connection.Since));
        HandOut(connection.Socket, lease);
        connection.Pending.Dispose();
    }

    void IQueueOwner.OnLeft(QueuedConnection connection, ConnectionOutcome outcome)
    {
        if (outcome == ConnectionOutcome.QueueTimeout)
        {
            TurnAway(connection.Socket, outcome);
        }
        else
        {
            Close(connection.Socket, outcome);
        }

        connection.Pending.Dispose();
    }

    private void AbortQueued()
    {
        foreach (PoolWaiter waiter in _pool.GetWaiting(scope.Admission.Member))
        {
            if (waiter is QueuedConnection connection && connection.Owner == this)
            {
                connection.Leave(ConnectionOutcome.Aborted);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Error, "Endpoint {Endpoint}: connection {ConnectionId} was asked to end, and its handler's answer was an exception", EventName = "RequestCloseFailed")]
        public static partial void RequestFailed(ILogger logger, string endpoint, string connectionId, Exception error);

        [LoggerMessage(11, LogLevel.Warning, "Endpoint {Endpoint}: some handlers go on {Seconds} s after their connections were aborted at the shutdown deadline", EventName = "NotAllEnded")]
        public static partial void NotAllEnded(ILogger logger, string endpoint, double seconds);

        [LoggerMessage(EventId = 3, Message = "Endpoint {Endpoint}: an accepted connection could not be set up ({Untold} others since the last such line)", EventName = "ConnectionNotCreated")]
        public static partial void ConnectionNotCreated(ILogger logger, LogLevel level, string endpoint, long untold, Exception error);
    }
}
