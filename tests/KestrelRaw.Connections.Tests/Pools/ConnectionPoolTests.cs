using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Pools;

public sealed class ConnectionPoolTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Constructor_NegativeSize_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionPool(-1));

    [Fact]
    public void Acquire_NoSize_IsNeverFull()
    {
        var pool = new ConnectionPool(null);
        for (int i = 1; i <= 10_000; i++)
        {
            Assert.True(pool.AcquireAsync(None).IsCompletedSuccessfully);
            Assert.Equal(i, pool.InUse);
        }
    }

    [Fact]
    public async Task WaitAvailable_SizeZero_NeverCompletes()
    {
        var pool = new ConnectionPool(0);
        using var cancel = new CancellationTokenSource();
        Task waiting = pool.WaitAvailableAsync(cancel.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
    }

    [Fact]
    public async Task Acquire_Full_WaitsInOrderForReleases()
    {
        var pool = new ConnectionPool(2);
        await pool.AcquireAsync(None);
        await pool.AcquireAsync(None);
        Task third = pool.AcquireAsync(None).AsTask();
        Task fourth = pool.AcquireAsync(None).AsTask();
        Assert.False(third.IsCompleted);

        pool.Release();
        await third.OrHang();
        Assert.False(fourth.IsCompleted);
        Assert.Equal(2, pool.InUse);

        pool.Release();
        await fourth.OrHang();
        pool.Release();
        pool.Release();
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public async Task Acquire_CancelledWhileWaiting_PassesTheSlotOn()
    {
        var pool = new ConnectionPool(1);
        await pool.AcquireAsync(None);
        using var cancel = new CancellationTokenSource();
        Task cancelled = pool.AcquireAsync(cancel.Token).AsTask();
        Task next = pool.AcquireAsync(None).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.OrHang());

        pool.Release();
        await next.OrHang();
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public async Task WaitAvailable_Full_CompletesAtReleaseAndTakesNothing()
    {
        var pool = new ConnectionPool(1);
        await pool.AcquireAsync(None);
        Task waiting = pool.WaitAvailableAsync(None).AsTask();
        Assert.False(waiting.IsCompleted);
        pool.Release();
        await waiting.OrHang();
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public async Task AcquireAndRelease_ManyThreads_NeverExceedsTheSizeAndLosesNothing()
    {
        const int Size = 3;
        var pool = new ConnectionPool(Size);
        int running = 0;
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                await pool.AcquireAsync(None);
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
                pool.Release();
            }
        }))).OrHang();
        Assert.InRange(most, 1, Size);
        Assert.Equal(0, pool.InUse);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; seen < value;)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
