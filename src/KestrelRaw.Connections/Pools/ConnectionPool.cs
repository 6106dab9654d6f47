namespace KestrelRaw.Connections.Pools;

/// <summary>
/// At most N connections at once, as gevent's <c>Pool(N)</c>. A listener takes a slot before a connection is handled
/// and frees it when its socket is closed.
/// </summary>
public sealed class ConnectionPool
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _acquiring = new();
    private TaskCompletionSource? _available;
    private int _inUse;

    /// <summary>Creates a pool.</summary>
    /// <param name="size">Null is unlimited, 0 accepts nothing, N is at most N at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public ConnectionPool(int? size)
    {
        if (size is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(size));
        }

        Size = size;
    }

    /// <summary>The most slots that may be in use; null is unlimited.</summary>
    public int? Size { get; }

    /// <summary>Slots in use now.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
            {
                return _inUse;
            }
        }
    }

    /// <summary>Completes when a slot is free, without taking it; at once when one is free now.</summary>
    internal ValueTask WaitAvailableAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (HasRoom)
            {
                return ValueTask.CompletedTask;
            }

            _available ??= NewSignal();
            return new ValueTask(_available.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Takes a slot, in the order of the calls; waits while there is none.</summary>
    internal async ValueTask AcquireAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            if (HasRoom)
            {
                _inUse++;
                return;
            }

            signal = NewSignal();
            _acquiring.Enqueue(signal);
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), signal))
        {
            await signal.Task;
        }
    }

    /// <summary>Frees a slot that was taken: the longest waiting call of <see cref="AcquireAsync"/> gets it.</summary>
    internal void Release()
    {
        TaskCompletionSource? available;
        lock (_lock)
        {
            while (_acquiring.TryDequeue(out TaskCompletionSource? next))
            {
                // A call that was cancelled has left its signal behind; the slot goes to the next one.
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _inUse--;
            available = _available;
            _available = null;
        }

        available?.SetResult();
    }

    private bool HasRoom => Size is not { } size || _inUse < size;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
