namespace KestrelRaw.Connections.Pools;

/// <summary>A state of a pool that can be waited for without taking a slot. Guarded by the pool's lock.</summary>
internal sealed class PoolCondition(Func<PoolState, bool, bool> isMet)
{
    private TaskCompletionSource? _signal;
    private int _waiting;

    public bool IsWaitedFor => _waiting > 0;

    /// <summary>Counts one who waits; <see cref="Leave"/> takes him off again.</summary>
    public Task Enter()
    {
        _waiting++;
        _signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _signal.Task;
    }

    public void Leave() => _waiting--;

    public bool IsMet(PoolState state, bool hasQueue) => isMet(state, hasQueue);

    public void SignalIfMet(PoolState state, bool hasQueue)
    {
        if (_signal is not null && isMet(state, hasQueue))
        {
            _signal.SetResult();
            _signal = null;
        }
    }
}
