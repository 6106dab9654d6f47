using System.Threading.Tasks.Sources;

namespace KestrelRaw.Connections.Pools;

/// <summary>A caller of <c>AcquireAsync</c> who has to wait.</summary>
internal sealed class AcquireWaiter : PoolWaiter, IValueTaskSource<ConnectionLease>
{
    private readonly ConnectionPool _pool;
    private ManualResetValueTaskSourceCore<ConnectionLease> _source;
    private CancellationTokenRegistration _registration;

    /// <param name="pool">The pool.</param>
    /// <param name="member">Whose queue.</param>
    /// <param name="runsInline">Whether the caller goes on within the call that freed the slot; only for code that is made for that.</param>
    public AcquireWaiter(ConnectionPool pool, PoolMember member, bool runsInline)
        : base(member, remoteEndPoint: null)
    {
        _pool = pool;
        _source.RunContinuationsAsynchronously = !runsInline;
    }

    public override bool IsConnection => false;

    public ValueTask<ConnectionLease> StartAsync(CancellationToken cancellationToken)
    {
        // Before the waiter can be granted a slot, which ends the registration.
        _registration = cancellationToken.UnsafeRegister(static (state, token) => ((AcquireWaiter)state!).Cancel(token), this);
        if (_pool.Enter(this, EntryTerms.Unlimited, out ConnectionLease lease) == EntryAnswer.Granted)
        {
            _registration.Unregister();
            return ValueTask.FromResult(lease);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // The callback may have come too early to find the waiter in the queue.
            Cancel(cancellationToken);
        }

        return new ValueTask<ConnectionLease>(this, _source.Version);
    }

    public override void OnGranted(ConnectionLease lease)
    {
        _registration.Unregister();
        _source.SetResult(lease);
    }

    ConnectionLease IValueTaskSource<ConnectionLease>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ConnectionLease>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ConnectionLease>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellationToken)
    {
        if (_pool.TryLeave(this))
        {
            _source.SetException(new OperationCanceledException(cancellationToken));
        }
    }
}
