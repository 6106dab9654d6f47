using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Benchmarks;

/// <summary>
/// One slot and a queue that always holds 1,000 waiters. One operation is one hand-over: the slot is freed, the waiter
/// that came first has it, and a new waiter joins at the end.
/// </summary>
/// <remarks>
/// All of it happens on one thread: each of the three completes the waiter's task within the call that frees the slot.
/// The waiters have no continuation: the thread pool would run it for all three alike, and its cost would hide theirs.
/// </remarks>
[MemoryDiagnoser]
public class WaitersBenchmarks
{
    private const int Waiters = 1_000;

    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 1,
        QueueLimit = Waiters,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly ConnectionPool _pool = new(1);

    // In the order of their arrival. A pass over the array replaces each waiter by a new one, so that at its end the
    // first is the oldest again.
    private readonly Task[] _semaphoreWaiters = new Task[Waiters];
    private readonly ValueTask<RateLimitLease>[] _limiterWaiters = new ValueTask<RateLimitLease>[Waiters];
    private readonly ValueTask<ConnectionLease>[] _poolWaiters = new ValueTask<ConnectionLease>[Waiters];

    // The one slot, in the hands of whoever got it last.
    private RateLimitLease _limiterLease = null!;
    private ConnectionLease _poolLease;

    [GlobalSetup]
    public void FillQueues()
    {
        _semaphore.Wait();
        _limiterLease = _limiter.AttemptAcquire();
        _pool.TryAcquire(out _poolLease);
        for (int i = 0; i < Waiters; i++)
        {
            _semaphoreWaiters[i] = _semaphore.WaitAsync();
            _limiterWaiters[i] = _limiter.AcquireAsync();
            _poolWaiters[i] = _pool.AcquireAsync();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Waiters)]
    public void SemaphoreSlimHandOver()
    {
        foreach (ref Task waiter in _semaphoreWaiters.AsSpan())
        {
            bool hasWaited = !waiter.IsCompleted;
            _semaphore.Release();
            CheckTurn(hasWaited, waiter.IsCompletedSuccessfully);
            waiter = _semaphore.WaitAsync();
        }
    }

    [Benchmark(OperationsPerInvoke = Waiters)]
    public void ConcurrencyLimiterHandOver()
    {
        foreach (ref ValueTask<RateLimitLease> waiter in _limiterWaiters.AsSpan())
        {
            bool hasWaited = !waiter.IsCompleted;
            _limiterLease.Dispose();
            CheckTurn(hasWaited, waiter.IsCompletedSuccessfully);
            _limiterLease = waiter.GetAwaiter().GetResult();
            waiter = _limiter.AcquireAsync();
        }
    }

    [Benchmark(OperationsPerInvoke = Waiters)]
    public void ConnectionPoolHandOver()
    {
        foreach (ref ValueTask<ConnectionLease> waiter in _poolWaiters.AsSpan())
        {
            bool hasWaited = !waiter.IsCompleted;
            _poolLease.Dispose();
            CheckTurn(hasWaited, waiter.IsCompletedSuccessfully);
            _poolLease = waiter.GetAwaiter().GetResult();
            waiter = _pool.AcquireAsync();
        }
    }

    /// <summary>The queues are still whole: one slot is taken, and all the 1,000 wait.</summary>
    [GlobalCleanup]
    public void VerifyQueues()
    {
        Check.That(_semaphore.CurrentCount == 0 && !_semaphoreWaiters.Any(waiter => waiter.IsCompleted), "A waiter of the semaphore got out of turn.");
        Check.That(_limiterLease.IsAcquired && !_limiterWaiters.Any(waiter => waiter.IsCompleted), "A waiter of the limiter got out of turn.");
        Check.That(_limiter.GetStatistics()!.CurrentQueuedCount == Waiters, "The limiter lost a waiter.");
        Check.That(_poolLease.IsHeld && _pool.InUse == 1 && !_poolWaiters.Any(waiter => waiter.IsCompleted), "A waiter of the pool got out of turn.");
    }

    // It waited until the slot was freed, and then had it at once. There is one slot, so nobody else can have got it.
    private static void CheckTurn(bool hasWaited, bool hasSlot) => Check.That(hasWaited && hasSlot, "The oldest waiter did not get the slot.");
}
