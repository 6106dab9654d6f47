using System.Net;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// The accept loop of one listening socket. It runs by itself: it takes a slot and accepts, or accepts and queues or
/// rejects, as the endpoint's options say. What has its slot goes to Kestrel, which calls <see cref="AcceptAsync"/> again
/// and again until it answers null, and is deaf for good after an exception: so that never throws.
/// </summary>
internal sealed partial class ConnectionListener : IConnectionListener
{
    private readonly IListenSocket _listenSocket;
    private readonly ConnectionScope _scope;
    private readonly DescriptorHeadroom _headroom;
    private readonly AcceptLoopHealth _health;
    private readonly AcceptBackoff _backoff;
    private readonly ConnectionPool _pool;
    private readonly ConnectionIntake _intake;
    private readonly BacklogDrain _backlogDrain;

    private readonly CancellationTokenSource _unbinding = new();
    private readonly CancellationTokenSource _deadline = new();
    private CancellationTokenSource _interruption = new();
    private CancellationTokenRegistration _deadlineRegistration;
    private Task? _loop;
    private volatile bool _isIdle;
    private volatile bool _isClosed;

    public ConnectionListener(
        IListenSocket listenSocket,
        Func<AcceptedSocket, ConnectionLease, ConnectionScope, AcceptedConnection> createConnection,
        ConnectionScope scope,
        DescriptorHeadroom headroom,
        HangUpWatcher hangUps,
        AcceptLoopHealth health)
    {
        _listenSocket = listenSocket;
        _scope = scope;
        _headroom = headroom;
        _health = health;
        _backoff = new AcceptBackoff(scope.Endpoint, scope.TimeProvider, scope.Logger);
        _pool = scope.Admission.Pool;
        _intake = new ConnectionIntake(createConnection, scope, hangUps);
        _backlogDrain = new BacklogDrain(listenSocket, scope, headroom, socket => _intake.Admit(CountAccepted(socket), lease: default));
        EndPoint = listenSocket.EndPoint;
    }

    public EndPoint EndPoint { get; }

    private bool IsUnbinding => _unbinding.IsCancellationRequested;

    private bool IsPastDeadline => _deadline.IsCancellationRequested;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        _loop ??= RunAsync();
        return await _intake.NextAsync(cancellationToken);
    }

    /// <summary>
    /// Ends the wait for clients and returns. The accept loop then empties the kernel's queue (unless the socket is
    /// shared), serves what was in it through the pool as long as <paramref name="cancellationToken"/> allows, and answers
    /// null: Kestrel waits for that.
    /// </summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _deadlineRegistration = cancellationToken.UnsafeRegister(static state => ((ConnectionListener)state!).PassDeadline(), this);
        await _unbinding.CancelAsync();
        Interrupt();
    }

    public async ValueTask DisposeAsync()
    {
        await _unbinding.CancelAsync();
        PassDeadline();
        await _deadlineRegistration.DisposeAsync();
        await (_loop ?? CloseUnstartedAsync());
        await _intake.DisposeAsync();
        _backoff.Dispose();
    }

    private async Task RunAsync()
    {
        _pool.RoomGone += InterruptIdleAccept;
        _scope.Admission.Changed += Interrupt;
        try
        {
            while (!_isClosed)
            {
                await TurnAsync();
            }

            _intake.BeginDrain();
            await _intake.FinishAsync();
        }
        finally
        {
            // What goes on from here is Kestrel's shutdown and perhaps all that comes after it, up to the end of the very
            // event loop that this may be running on.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _pool.RoomGone -= InterruptIdleAccept;
            _scope.Admission.Changed -= Interrupt;
            _intake.Complete();
        }
    }

    private Task CloseUnstartedAsync()
    {
        Close();
        return Task.CompletedTask;
    }

    private async Task TurnAsync()
    {
        if (_interruption.IsCancellationRequested)
        {
            // Before looking at anything: what changes from here on interrupts the new one.
            Interlocked.Exchange(ref _interruption, new CancellationTokenSource());
        }

        try
        {
            if (IsUnbinding && _listenSocket.IsShared)
            {
                // What is queued is the successor's. No accept is pending here, and none may be: see ListenSocket.
                Close();
            }
            else if (_headroom.IsExhausted() && !IsPastDeadline)
            {
                await RestAsync($"only {DescriptorHeadroom.Reserve} of {_headroom.Limit} file descriptors are left");
            }
            else if (IsUnbinding)
            {
                await EmptyBacklogAsync();
            }
            else
            {
                await AcceptOneAsync(_interruption.Token);
            }
        }
        catch (OperationCanceledException) when (_interruption.IsCancellationRequested)
        {
            // Not an error of accept: the next turn sees what has changed.
        }
        catch (Exception error)
        {
            await HandleAcceptErrorAsync(error);
        }
    }

    private async ValueTask AcceptOneAsync(CancellationToken cancellationToken)
    {
        if (_scope.Admission.Options.WhenFull != WhenFull.StopAccepting)
        {
            await _pool.WaitOpenAsync(cancellationToken);
        }
        else if (!_pool.HasRoom)
        {
            await AcceptWithSlotAsync(cancellationToken);
            return;
        }

        ValueTask<AcceptedSocket> accepting = _listenSocket.AcceptAsync(cancellationToken);
        AcceptedSocket socket = await (accepting.IsCompleted ? accepting : WaitForClientAsync(accepting));
        _intake.Admit(CountAccepted(socket), lease: default);
    }

    /// <summary>gevent's order, a slot before accept, so that the excess waits in the kernel's queue and every endpoint that shares the pool gets its turn.</summary>
    private async ValueTask AcceptWithSlotAsync(CancellationToken cancellationToken)
    {
        ConnectionLease lease = await _pool.ProbeAsync(_scope.Admission.Member, cancellationToken);
        ValueTask<AcceptedSocket> accepting;
        try
        {
            accepting = _listenSocket.AcceptAsync(cancellationToken);
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        if (accepting.IsCompletedSuccessfully)
        {
            _pool.EndProbe(lease, _scope.Admission.Member);
        }
        else
        {
            // Nobody is there. An idle listener that kept the slot would show as a connection, and starve the others that
            // share its pool.
            lease.Dispose();
        }

        AcceptedSocket socket = await (accepting.IsCompleted ? accepting : WaitForClientAsync(accepting));
        _intake.Admit(CountAccepted(socket), lease);
    }

    /// <summary>Waits without a slot. Should others fill the pool meanwhile, the wait is interrupted.</summary>
    private async ValueTask<AcceptedSocket> WaitForClientAsync(ValueTask<AcceptedSocket> accepting)
    {
        _isIdle = true;
        try
        {
            // Either this sees that the room is gone, or whoever took the last slot sees the idle listener.
            Interlocked.MemoryBarrier();
            InterruptIdleAccept();
            return await accepting;
        }
        finally
        {
            _isIdle = false;
        }
    }

    /// <summary>Closes the listening socket when nobody is left in the kernel's queue whom the pool could still serve.</summary>
    private async ValueTask EmptyBacklogAsync()
    {
        // No slot will come free in a pool that is paused or of size 0, and none in time after the deadline.
        if (!_pool.IsOpen || IsPastDeadline || await _backlogDrain.RunAsync(_deadline.Token))
        {
            Close();
        }
    }

    private void PassDeadline()
    {
        _deadline.Cancel();
        Interrupt();
        _intake.PassDeadline();
    }

    private async ValueTask HandleAcceptErrorAsync(Exception error)
    {
        if (_isClosed)
        {
            return;
        }

        switch (AcceptErrors.Classify(error))
        {
            case AcceptErrorKind.Connection:
                _scope.Counters.CountAcceptError();
                Log.ConnectionLostInQueue(_scope.Logger, _scope.Endpoint, error.Message);
                break;
            case AcceptErrorKind.Shortage:
                await RestAsync(error.Message);
                break;
            default:
                _scope.Counters.CountAcceptError();
                Log.AcceptLoopDown(_scope.Logger, _scope.Endpoint, EndPoint, error);
                _health.ReportDown(_scope.Endpoint, error.Message);
                Close();
                break;
        }
    }

    private async ValueTask RestAsync(string reason)
    {
        _scope.Counters.CountAcceptError();
        CancellationToken wake = IsUnbinding ? _deadline.Token : _unbinding.Token;
        await _backoff.RestAsync(reason, wake).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>What the accept loop waits for has changed, or may have.</summary>
    private void Interrupt() => Volatile.Read(ref _interruption).Cancel();

    /// <summary>The pool has no room any more: the next client shall stay in the kernel's queue.</summary>
    private void InterruptIdleAccept()
    {
        bool mayAccept = _pool.IsOpen && (_scope.Admission.Options.WhenFull != WhenFull.StopAccepting || !_pool.IsFull);
        if (_isIdle && !mayAccept)
        {
            Interrupt();
        }
    }

    private AcceptedSocket CountAccepted(in AcceptedSocket socket)
    {
        _headroom.Observe(socket.Handle);
        _backoff.Succeeded();
        _scope.Counters.CountAccepted();
        return socket with { AcceptedAt = _scope.TimeProvider.GetTimestamp() };
    }

    private void Close()
    {
        _isClosed = true;
        _listenSocket.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Endpoint {Endpoint}: a connection was lost before it was accepted: {Error}", EventName = "ConnectionLostInQueue")]
        public static partial void ConnectionLostInQueue(ILogger logger, string endpoint, string error);

        [LoggerMessage(2, LogLevel.Critical, "Endpoint {Endpoint}: the listening socket on {EndPoint} is broken; nothing is accepted there any more", EventName = "AcceptLoopDown")]
        public static partial void AcceptLoopDown(ILogger logger, string endpoint, EndPoint endPoint, Exception error);
    }
}
