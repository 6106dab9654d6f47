using KestrelRaw.Connections.Admission;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// A connection from accept to close. Whatever its handler does, disposing it closes the socket, counts one outcome and
/// frees the slot, in this order and once: Kestrel disposes every connection it was given, <see cref="InlineDispatcher"/>
/// those that it runs.
/// </summary>
internal abstract partial class AcceptedConnection(AcceptedSocket accepted, ConnectionLease lease, ConnectionScope scope, DueTimes dueTimes)
    : ConnectionContext, IConnectionOutcomeFeature, IHalfCloseFeature, IConnectionLifetimeFeature, IConnectionDelayFeature, IHasDueTimes
{
    private const int NoOutcome = -1;

    /// <summary>Made when somebody asks for the token. Not disposed, for it has no timer, and timers and aborts may come late.</summary>
    private CancellationTokenSource? _endedSource;
    private ConnectionDelay? _delay;
    private InlineLifetime? _lifetime;
    private volatile bool _hasEnded;
    private int _outcome = NoOutcome;
    private int _disposed;

    public ConnectionOutcome? Outcome => _outcome == NoOutcome ? null : (ConnectionOutcome)_outcome;

    public CancellationToken Ended => (_endedSource ?? CreateEndedSource()).Token;

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public DueTimes DueTimes => dueTimes;

    /// <summary>The socket's descriptor.</summary>
    public abstract SafeHandle Handle { get; }

    protected AcceptedSocket Accepted => accepted;

    protected ILogger Logger => scope.Logger;

    protected bool HasEnded => _hasEnded;

    /// <summary>The handler runs on the thread that has news of the connection.</summary>
    protected bool IsInline => scope.Inline is not null;

    /// <summary>Null for a connection that Kestrel runs: it gives it one of its own.</summary>
    protected InlineLifetime? Lifetime => IsInline ? _lifetime ?? CreateLifetime() : null;

    public bool TrySetOutcome(ConnectionOutcome outcome) =>
        Interlocked.CompareExchange(ref _outcome, (int)outcome, NoOutcome) == NoOutcome;

    public bool HasNewsFor(ConnectionOutcome missed)
    {
        try
        {
            return missed switch
            {
                // What Kestrel's transport has taken from the kernel is not there any more, but was counted.
                ConnectionOutcome.FirstByteTimeout => TcpInfo.HasReceived(Handle) ?? SocketCalls.HasInput(Handle),
                ConnectionOutcome.SendTimeout => SocketCalls.HasRoom(Handle),
                _ => false,
            };
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public virtual void EndAs(ConnectionOutcome outcome)
    {
        TrySetOutcome(outcome);
        _hasEnded = true;

        // Either this sees the token's source and the delay, or whoever makes them sees the end.
        Interlocked.MemoryBarrier();
        try
        {
            _endedSource?.Cancel();
        }
        catch (AggregateException error)
        {
            // What the handler does when its connection ends. Whoever ends it, a timer perhaps, has others to look after.
            Log.EndedFailed(scope.Logger, ConnectionId, error);
        }

        _delay?.Cancel();
    }

    /// <remarks>The transport must have a way of its own to see a reset.</remarks>
    public virtual bool TryEndOnReset() => false;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        TrySetOutcome(ConnectionOutcome.Aborted);
        AbortSocket(abortReason);
        EndAs(ConnectionOutcome.Aborted);
    }

    public ValueTask DelayAsync(TimeSpan delay)
    {
        if (_hasEnded || delay <= TimeSpan.Zero)
        {
            return _hasEnded ? ValueTask.FromCanceled(new CancellationToken(canceled: true)) : ValueTask.CompletedTask;
        }

        ConnectionDelay waiter = _delay ??= new ConnectionDelay(this, dueTimes, IsInline);
        ValueTask waiting = waiter.StartAsync(delay);
        Interlocked.MemoryBarrier();
        if (_hasEnded)
        {
            waiter.Cancel();
        }

        return waiting;
    }

    /// <summary>Calls those who asked to be told of the connection's end.</summary>
    public Task FireCompletedAsync() => _lifetime?.FireCompletedAsync() ?? Task.CompletedTask;

    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    public virtual async ValueTask SendLastAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await SendAsync(buffer, cancellationToken);
        ShutdownSend();
    }

    public abstract void ShutdownSend();

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

    public override string ToString() => $"connection {ConnectionId} from {accepted.RemoteEndPoint}";

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
        Features.Set<IConnectionDelayFeature>(this);
        if (Lifetime is { } lifetime)
        {
            Features.Set<IConnectionLifetimeNotificationFeature>(lifetime);
            Features.Set<IConnectionCompleteFeature>(lifetime);
        }
    }

    /// <summary>What a call on a connection that is gone throws.</summary>
    protected Exception Translate(Exception exception) =>
        HasEnded || exception is ObjectDisposedException
            ? new ConnectionAbortedException("The connection was aborted.", exception)
            : new ConnectionResetException("The client reset the connection.", exception);

    private CancellationTokenSource CreateEndedSource()
    {
        var created = new CancellationTokenSource();
        CancellationTokenSource source = Interlocked.CompareExchange(ref _endedSource, created, null) ?? created;
        if (_hasEnded)
        {
            source.Cancel();
        }

        return source;
    }

    private InlineLifetime CreateLifetime()
    {
        var created = new InlineLifetime();
        return Interlocked.CompareExchange(ref _lifetime, created, null) ?? created;
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
            scope.CountEnd(this, accepted, Outcome!.Value, BytesReceived, BytesSent);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Error, "Connection {ConnectionId}: a callback of its token Ended failed", EventName = "EndedFailed")]
        public static partial void EndedFailed(ILogger logger, string connectionId, Exception error);
    }
}
