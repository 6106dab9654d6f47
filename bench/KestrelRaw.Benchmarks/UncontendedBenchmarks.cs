using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Benchmarks;

/// <summary>One thread takes a slot and frees it; nobody waits, so that every path ends synchronously.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class UncontendedBenchmarks
{
    // Any size that is never reached would do; this is the one of the endpoint "pool" in appsettings.json.
    private const int Size = 1_000;

    private readonly SemaphoreSlim _semaphore = new(Size, Size);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = Size });
    private readonly ConnectionPool _pool = new(Size);

    [BenchmarkCategory("Sync")]
    [Benchmark(Baseline = true)]
    public bool SemaphoreSlimWait()
    {
        bool isTaken = _semaphore.Wait(0);
        _semaphore.Release();
        return isTaken;
    }

    [BenchmarkCategory("Sync")]
    [Benchmark]
    public bool ConcurrencyLimiterAttemptAcquire()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    [BenchmarkCategory("Sync")]
    [Benchmark]
    public bool ConnectionPoolTryAcquire()
    {
        bool isTaken = _pool.TryAcquire(out ConnectionLease lease);
        lease.Dispose();
        return isTaken;
    }

    [BenchmarkCategory("Async")]
    [Benchmark(Baseline = true)]
    public bool SemaphoreSlimWaitAsync()
    {
        Task wait = _semaphore.WaitAsync();
        bool isTaken = wait.IsCompletedSuccessfully;
        _semaphore.Release();
        return isTaken;
    }

    // No await in any of these: the state machine around it would cost the same three times and blur the difference.
    [BenchmarkCategory("Async")]
    [Benchmark]
    public bool ConcurrencyLimiterAcquireAsync()
    {
        ValueTask<RateLimitLease> acquire = _limiter.AcquireAsync();
        bool isTaken = acquire.IsCompletedSuccessfully;
        acquire.GetAwaiter().GetResult().Dispose();
        return isTaken;
    }

    [BenchmarkCategory("Async")]
    [Benchmark]
    public bool ConnectionPoolAcquireAsync()
    {
        ValueTask<ConnectionLease> acquire = _pool.AcquireAsync();
        bool isTaken = acquire.IsCompletedSuccessfully;
        acquire.GetAwaiter().GetResult().Dispose();
        return isTaken;
    }

    /// <summary>Had one of them taken no slot, or not freed it, its time would mean nothing.</summary>
    [GlobalSetup]
    [GlobalCleanup]
    public void Verify()
    {
        bool isTaken = SemaphoreSlimWait() && ConcurrencyLimiterAttemptAcquire() && ConnectionPoolTryAcquire()
            && SemaphoreSlimWaitAsync() && ConcurrencyLimiterAcquireAsync() && ConnectionPoolAcquireAsync();
        Check.That(isTaken, "A slot was not taken.");
        Check.That(_semaphore.CurrentCount == Size, "The semaphore lost a slot.");
        Check.That(_limiter.GetStatistics()!.CurrentAvailablePermits == Size, "The limiter lost a permit.");
        Check.That(_pool.InUse == 0, "The pool lost a slot.");
    }
}
