using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Pools;

/// <summary>
/// At most N connections at once, as gevent's <c>Pool(N)</c>; several endpoints may share one. All members are safe from
/// any thread. Taking and freeing a slot takes no lock and allocates nothing as long as nobody waits and slots are not
/// counted by client.
/// </summary>
public sealed partial class ConnectionPool
{
    /// <summary>The name of a pool that was given none.</summary>
    public const string DefaultName = "default";

    private readonly Lock _lock = new();
    private readonly SlotTable _slots;
    private readonly PoolMember _callers = new();

    /// <summary>Accept loops that hold a slot for the moment in which they look for a client.</summary>
    private readonly PoolMember _probes = new();

    private readonly PoolWaiters _waiters = new();
    private readonly PoolCondition _available = new(static (state, hasQueue) => state.HasRoom && !hasQueue);
    private readonly PoolCondition _empty = new(static (state, _) => state.InUse == 0);
    private readonly PoolCondition _open = new(static (state, _) => state.IsOpen);
    private long _state;

    /// <summary>Creates a pool.</summary>
    /// <param name="size">Null is unlimited, 0 grants nothing, N is at most N slots at once.</param>
    /// <param name="timeProvider">The clock for ages and timeouts; null is the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public ConnectionPool(int? size, TimeProvider? timeProvider = null)
    {
        TimeProvider = timeProvider ?? TimeProvider.System;
        _slots = new SlotTable(this);
        _state = default(PoolState).WithSize(Checked(size)).Word;
    }

    /// <summary>Room is gone: the last slot was taken, or the pool was shrunk or paused. Raised without the pool's lock.</summary>
    internal event Action? RoomGone;

    /// <summary>The size was changed, or set anew. Raised on the thread of <see cref="Resize"/>, without the pool's lock.</summary>
    public event Action? Resized;

    /// <summary>The pool's name in logs and metrics. Default <c>default</c>.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>The most slots that may be in use; null is unlimited. <see cref="Resize"/> changes it.</summary>
    public int? Size => Read().Size;

    /// <summary>Slots in use now. More than <see cref="Size"/> only after the pool was shrunk, until the surplus has ended.</summary>
    public int InUse => ReadConnections(out _);

    /// <summary>Slots that are not in use; null is unlimited, never negative.</summary>
    public int? FreeCount => ReadConnections(out int? size) is var inUse && size is { } limit ? Math.Max(0, limit - inUse) : null;

    /// <summary>True when every slot is in use; never when the pool is unlimited.</summary>
    public bool IsFull => ReadConnections(out int? size) >= size;

    /// <summary>True between <see cref="Pause"/> and <see cref="Resume"/>.</summary>
    public bool IsPaused => Read().IsPaused;

    /// <summary>
    /// The most slots that one remote IP address may hold; null (the default) is unlimited. A connection beyond it waits,
    /// or is rejected, as its endpoint says. Connections without an IP address are not limited. May be changed at any
    /// time: connections that run are counted and go on. Slots are then taken under a lock.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? PerClient
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Clients?.Limit;
            }
        }

        set
        {
            if (value is { } limit)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(PerClient));
            }

            lock (_lock)
            {
                if (value != _waiters.Clients?.Limit)
                {
                    Watch();
                    _waiters.CountByClient(value, _slots.All);
                }
            }

            GrantWaiting();
        }
    }

    internal TimeProvider TimeProvider { get; }

    /// <summary>The largest size that the pool can find for itself; null: it does not.</summary>
    internal int? AdaptiveMaximum { get; set; }

    /// <summary>False when no slot can come free by itself: the pool is paused, or its size is 0.</summary>
    internal bool IsOpen => Read().IsOpen;

    /// <summary>A slot could be taken, if those who wait leave one.</summary>
    internal bool HasRoom => Read().HasRoom;

    /// <summary>The slots that there are, free ones included: as many as were ever in use at once, up to twice over.</summary>
    internal int SlotsMade => _slots.All.Length;

    /// <summary>The clients that hold or want slots; 0 while slots are not counted by client.</summary>
    internal int KnownClients
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Clients?.Count ?? 0;
            }
        }
    }

    /// <summary>Takes a slot if one is free and nobody waits for it.</summary>
    /// <param name="lease">The slot; dispose it when the connection is closed.</param>
    /// <returns>False when there is none.</returns>
    public bool TryAcquire(out ConnectionLease lease) => TryTake(_callers, remoteEndPoint: null, out lease);

    /// <summary>
    /// Takes a slot, or waits for one: callers in the order of their calls, in turn with the endpoints that share the
    /// pool. A call that is cancelled has taken nothing.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask<ConnectionLease> AcquireAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<ConnectionLease>(cancellationToken)
        : TryAcquire(out ConnectionLease lease) ? ValueTask.FromResult(lease)
        : new AcquireWaiter(this, _callers, isProbe: false).StartAsync(cancellationToken);

    /// <summary>Waits until a slot is free and nobody waits for it, without taking it: somebody else may be faster.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the timeout passed.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<bool> WaitAvailableAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitForAsync(_available, timeout, cancellationToken);

    /// <summary>Waits until no slot is in use, as gevent's <c>join</c>.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the timeout passed.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<bool> WaitEmptyAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitForAsync(_empty, timeout, cancellationToken);

    /// <summary>What holds slots now, one entry a slot. A picture of the moment: connections end while it is drawn.</summary>
    public IReadOnlyList<PooledConnection> GetRunning()
    {
        long now = TimeProvider.GetTimestamp();
        var running = new List<PooledConnection>(InUse);
        foreach (PoolSlot slot in _slots.All)
        {
            if (slot.Look(_probes, now, TimeProvider) is { } connection)
            {
                running.Add(connection);
            }
        }

        return running;
    }

    /// <summary>
    /// Aborts what runs at the time of the call, as gevent's <c>kill</c>: first it waits up to <paramref name="grace"/>
    /// for the pool to be empty, then it aborts those of them that are left. Connections that come meanwhile are not
    /// touched; <see cref="Pause"/> first if there shall be none. Returns without waiting for the ends of the aborted.
    /// </summary>
    /// <param name="grace">How long they may go on; zero aborts at once.</param>
    /// <param name="cancellationToken">Ends the grace; nothing is aborted then.</param>
    /// <returns>How many were aborted.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<int> AbortAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<PooledConnection> running = GetRunning();
        if (grace != TimeSpan.Zero)
        {
            await WaitEmptyAsync(grace, cancellationToken);
        }

        var reason = new ConnectionAbortedException($"The pool {Name} was told to abort its connections.");
        return running.Count(connection => connection.TryAbort(reason));
    }

    /// <summary>
    /// Changes the size. Growing gives slots to those who wait, at once. Shrinking touches nothing that runs: no slot is
    /// granted until the surplus has ended.
    /// </summary>
    /// <param name="size">Null is unlimited, 0 grants nothing, N is at most N slots at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public void Resize(int? size)
    {
        Checked(size);
        Change(state => state.WithSize(size));
        Resized?.Invoke();
    }

    /// <summary>Grants no further slot, as gevent's <c>stop_accepting</c>: what runs goes on, what waits waits, endpoints stop accepting.</summary>
    public void Pause() => Change(static state => state.WithPaused(true));

    /// <summary>Ends <see cref="Pause"/>.</summary>
    public void Resume() => Change(static state => state.WithPaused(false));

    private static int? Checked(int? size)
    {
        if (size is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(size));
        }

        return size;
    }

    /// <summary>The slots in use less those of probes.</summary>
    private int ReadConnections(out int? size)
    {
        PoolState state;
        int probes;
        do
        {
            state = Read();
            probes = _probes.InUse;
        }
        while (state != Read());

        size = state.Size;
        return Math.Max(0, state.InUse - probes);
    }

    private PoolState Read() => new(Volatile.Read(ref _state));

    private bool TryReplace(PoolState state, PoolState next) =>
        Interlocked.CompareExchange(ref _state, next.Word, state.Word) == state.Word;

    private PoolState Update(Func<PoolState, PoolState> change)
    {
        while (true)
        {
            PoolState state = Read();
            PoolState next = change(state);
            if (TryReplace(state, next))
            {
                return next;
            }
        }
    }

    private void Change(Func<PoolState, PoolState> change)
    {
        PoolState state;
        lock (_lock)
        {
            state = Update(change);
        }

        NoteRoom(state);
        GrantWaiting();
    }

    private async Task<bool> WaitForAsync(PoolCondition condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task signal;
        lock (_lock)
        {
            Watch();
            if (condition.IsMet(Read(), _waiters.HasQueue))
            {
                WatchOnlyIfNeeded();
                return true;
            }

            signal = condition.Enter();
        }

        try
        {
            await signal.WaitAsync(timeout, TimeProvider, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_lock)
            {
                condition.Leave();
                WatchOnlyIfNeeded();
            }
        }
    }
}
