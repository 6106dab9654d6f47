using System.Threading.Tasks.Sources;

namespace KestrelRaw.Connections.Pools;

/// <summary>A caller of <c>AcquireAsync</c> who has to wait.</summary>
internal sealed class AcquireWaiter : PoolWaiter, IValueTaskSource<ConnectionLease>
{
    private readonly ConnectionPool _pool;
    private ManualResetValueTaskSourceCore<ConnectionLease> _source;
    private CancellationTokenRegistration _registration;

    public AcquireWaiter(ConnectionPool pool, PoolMember member, bool isProbe)
        : base(member, remoteEndPoint: null)
    {
        _pool = pool;
        IsProbe = isProbe;

        // A caller may do anything with its slot; an accept loop takes one turn and waits again.
        _source.RunContinuationsAsynchronously = !isProbe;
    }

    public override bool IsProbe { get; }

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
