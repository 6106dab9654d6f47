namespace KestrelRaw.Limits;

/// <summary>
/// Keeps the last threads that the process may have out of the connections' hands: the runtime needs some itself, and ends
/// the process when its thread pool can't start one or when there is none to run a signal's handler on (docs/decisions/0016).
/// A connection that finds the budget spent waits for its thread, in turn.
/// </summary>
internal sealed class ThreadBudget : IDisposable
{
    /// <summary>
    /// For the runtime, whose pool grows when it is busy, and for the health check of a container, a process of 13 threads
    /// within the same limit.
    /// </summary>
    internal const int Reserve = 64;

    private readonly SemaphoreSlim? _free;

    public ThreadBudget(ResourceLimits limits)
    {
        if (limits.Threads is { } threads)
        {
            // With less than the reserve, one at a time is better than none.
            Capacity = (int)Math.Max(1, threads.Value - limits.ThreadsInUse - Reserve);
            _free = new SemaphoreSlim(Capacity.Value);
        }
    }

    /// <summary>How many connections can have a thread at once; null where no limit is known.</summary>
    public int? Capacity { get; }

    /// <summary>Completes when a thread may be started; give it back with <see cref="Return"/>.</summary>
    public Task TakeAsync(CancellationToken cancellationToken) => _free?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    public void Return() => _free?.Release();

    public void Dispose() => _free?.Dispose();
}
