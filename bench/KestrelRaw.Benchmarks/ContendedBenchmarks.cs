using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Benchmarks;

/// <summary>
/// Two threads take and free slots as fast as they can. There are enough for both, so that nobody waits for a slot, only
/// for the other thread's access to the same memory. An operation is one slot taken and freed by each of the two.
/// </summary>
[MemoryDiagnoser]
public class ContendedBenchmarks
{
    private const int Size = 1_000;

    // Long enough for the start of the second thread not to count.
    private const int Rounds = 100_000;

    private readonly SemaphoreSlim _semaphore = new(Size, Size);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = Size });
    private readonly ConnectionPool _pool = new(Size);
    private readonly Barrier _start = new(2);

    [Benchmark(Baseline = true, OperationsPerInvoke = Rounds)]
    public void SemaphoreSlimWait() => OnTwoThreads(() =>
    {
        for (int i = 0; i < Rounds; i++)
        {
            Check.That(_semaphore.Wait(0), "The semaphore refused a slot.");
            _semaphore.Release();
        }
    });

    [Benchmark(OperationsPerInvoke = Rounds)]
    public void ConcurrencyLimiterAttemptAcquire() => OnTwoThreads(() =>
    {
        for (int i = 0; i < Rounds; i++)
        {
            using RateLimitLease lease = _limiter.AttemptAcquire();
            Check.That(lease.IsAcquired, "The limiter refused a permit.");
        }
    });

    [Benchmark(OperationsPerInvoke = Rounds)]
    public void ConnectionPoolTryAcquire() => OnTwoThreads(() =>
    {
        for (int i = 0; i < Rounds; i++)
        {
            Check.That(_pool.TryAcquire(out ConnectionLease lease), "The pool refused a slot.");
            lease.Dispose();
        }
    });

    private void OnTwoThreads(Action rounds)
    {
        // Neither begins before both run: a task that starts late would leave the other without contention.
        void Run()
        {
            _start.SignalAndWait();
            rounds();
        }

        Task other = Task.Run(Run);
        Run();
        other.Wait();
    }
}
