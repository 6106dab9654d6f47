using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Pools;

public sealed class ConnectionPoolTests
{
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    [Fact]
    public void Constructor_NegativeSize_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionPool(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionPool(1).Resize(-1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void Size_AnyAllowed_IsWhatWasGiven(int? size)
    {
        var pool = new ConnectionPool(size);
        Assert.Equal(size, pool.Size);
        Assert.Equal(size, pool.FreeCount);
        Assert.Equal(size == 0, pool.IsFull);
        Assert.Equal(size != 0, pool.TryAcquire(out ConnectionLease lease));
        lease.Dispose();
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public void TryAcquire_NoSize_IsNeverFull()
    {
        var pool = new ConnectionPool(null);
        for (int i = 1; i <= 10_000; i++)
        {
            Assert.True(pool.TryAcquire(out _));
            Assert.Equal(i, pool.InUse);
        }

        Assert.False(pool.IsFull);
        Assert.Null(pool.FreeCount);
    }

    [Fact]
    public void TryAcquire_UpToTheSize_IsFullThen()
    {
        var pool = new ConnectionPool(2);
        Assert.True(pool.TryAcquire(out ConnectionLease first));
        Assert.Equal((1, 1, false), (pool.InUse, pool.FreeCount, pool.IsFull));
        Assert.True(pool.TryAcquire(out _));
        Assert.Equal((2, 0, true), (pool.InUse, pool.FreeCount, pool.IsFull));
        Assert.False(pool.TryAcquire(out ConnectionLease none));
        Assert.False(none.IsHeld);
        none.Dispose();
        first.Dispose();
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public void Lease_DisposedTwiceAndThroughACopy_FreesOnce()
    {
        var pool = new ConnectionPool(2);
        pool.TryAcquire(out ConnectionLease first);
        pool.TryAcquire(out _);
        ConnectionLease copy = first;
        first.Dispose();
        first.Dispose();
        copy.Dispose();
        Assert.Equal(1, pool.InUse);

        // The slot has another lease by now; the old one must not free it.
        Assert.True(pool.TryAcquire(out ConnectionLease next));
        copy.Dispose();
        Assert.True(next.IsHeld);
        Assert.Equal(2, pool.InUse);
    }

    [Fact]
    public async Task Acquire_Full_WaitsInOrderForReleases()
    {
        var pool = new ConnectionPool(2);
        pool.TryAcquire(out ConnectionLease first);
        pool.TryAcquire(out ConnectionLease second);
        Task<ConnectionLease> third = pool.AcquireAsync().AsTask();
        Task<ConnectionLease> fourth = pool.AcquireAsync().AsTask();
        Assert.False(third.IsCompleted);
        Assert.False(pool.TryAcquire(out _));

        first.Dispose();
        await third.OrHang();
        Assert.False(fourth.IsCompleted);
        Assert.Equal(2, pool.InUse);

        second.Dispose();
        (await third).Dispose();
        (await fourth.OrHang()).Dispose();
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public async Task Acquire_CancelledWhileWaiting_PassesTheSlotOn()
    {
        var pool = new ConnectionPool(1);
        pool.TryAcquire(out ConnectionLease held);
        using var cancel = new CancellationTokenSource();
        Task<ConnectionLease> cancelled = pool.AcquireAsync(cancel.Token).AsTask();
        Task<ConnectionLease> next = pool.AcquireAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.OrHang());

        held.Dispose();
        await next.OrHang();
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public async Task Acquire_CancelledBefore_TakesNothing()
    {
        var pool = new ConnectionPool(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.AcquireAsync(new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public async Task WaitAvailable_Full_CompletesAtReleaseAndTakesNothing()
    {
        var pool = new ConnectionPool(1);
        Assert.True(await pool.WaitAvailableAsync(TimeSpan.Zero));
        pool.TryAcquire(out ConnectionLease held);
        Task<bool> waiting = pool.WaitAvailableAsync(Forever);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        Assert.True(await waiting.OrHang());
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public async Task WaitAvailable_TimePassesOrItIsCancelled_SaysSo()
    {
        var clock = new FakeTimeProvider();
        var pool = new ConnectionPool(0, clock);
        Task<bool> waiting = pool.WaitAvailableAsync(TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(await waiting.OrHang());

        using var cancel = new CancellationTokenSource();
        waiting = pool.WaitAvailableAsync(Forever, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
    }

    [Fact]
    public async Task WaitEmpty_LastSlotFreed_Completes()
    {
        var clock = new FakeTimeProvider();
        var pool = new ConnectionPool(null, clock);
        Assert.True(await pool.WaitEmptyAsync(Forever));
        pool.TryAcquire(out ConnectionLease first);
        pool.TryAcquire(out ConnectionLease second);
        Task<bool> impatient = pool.WaitEmptyAsync(TimeSpan.FromSeconds(1));
        Task<bool> patient = pool.WaitEmptyAsync(Forever);
        first.Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await impatient.OrHang());
        Assert.False(patient.IsCompleted);
        second.Dispose();
        Assert.True(await patient.OrHang());
    }

    [Fact]
    public async Task Resize_Growing_WakesWaitersAtOnce()
    {
        var pool = new ConnectionPool(0);
        Task<ConnectionLease>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => pool.AcquireAsync().AsTask())];
        pool.Resize(3);
        await Task.WhenAll(waiting[..3]).OrHang();
        Assert.Equal(3, pool.InUse);
        Assert.False(waiting[3].IsCompleted);
        pool.Resize(null);
        await Task.WhenAll(waiting).OrHang();
        Assert.Equal(5, pool.InUse);
    }

    [Fact]
    public async Task Resize_Shrinking_LetsTheSurplusDrainAndGrantsNothingMeanwhile()
    {
        var pool = new ConnectionPool(3);
        ConnectionLease[] leases = [.. Enumerable.Range(0, 3).Select(_ => Take(pool))];
        Task<ConnectionLease> waiting = pool.AcquireAsync().AsTask();
        pool.Resize(1);
        Assert.Equal((3, 0, true), (pool.InUse, pool.FreeCount, pool.IsFull));
        Assert.All(leases, lease => Assert.True(lease.IsHeld));
        leases[0].Dispose();
        leases[1].Dispose();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, pool.InUse);
        leases[2].Dispose();
        await waiting.OrHang();
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public async Task Pause_WhileWaitersStand_GrantsNothingUntilResume()
    {
        var pool = new ConnectionPool(1);
        ConnectionLease held = Take(pool);
        Task<ConnectionLease> waiting = pool.AcquireAsync().AsTask();
        pool.Pause();
        Assert.True(pool.IsPaused);
        held.Dispose();
        Assert.False(pool.TryAcquire(out _));
        Assert.False(waiting.IsCompleted);
        Assert.Equal((0, 1, false), (pool.InUse, pool.FreeCount, pool.IsFull));
        pool.Resume();
        await waiting.OrHang();
        Assert.False(pool.IsPaused);
    }

    [Fact]
    public void GetRunning_LeasesWithAndWithoutConnection_ShowsIdAddressAndAge()
    {
        var clock = new FakeTimeProvider();
        var pool = new ConnectionPool(5, clock);
        ConnectionLease first = Take(pool);
        clock.Advance(TimeSpan.FromSeconds(2));
        ConnectionLease second = Take(pool);
        var connection = new TestConnection();
        connection.RemoteEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1234);
        second.Attach(connection);
        clock.Advance(TimeSpan.FromSeconds(1));

        IReadOnlyList<PooledConnection> running = pool.GetRunning();
        Assert.Equal(2, running.Count);
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(running, one => one.ConnectionId is null).Age);
        PooledConnection attached = Assert.Single(running, one => one.ConnectionId is not null);
        Assert.Equal(("test", "127.0.0.1:1234", TimeSpan.FromSeconds(1)), (attached.ConnectionId, attached.RemoteEndPoint?.ToString(), attached.Age));

        first.Dispose();
        second.Dispose();
        Assert.Empty(pool.GetRunning());
    }

    [Fact]
    public async Task Abort_WithoutGrace_AbortsWhatRunsAndNothingElse()
    {
        var pool = new ConnectionPool(3);
        TestConnection[] connections = [new(), new(), new()];
        ConnectionLease[] leases = [.. connections.Select(connection => Take(pool, connection))];
        leases[2].Dispose();
        Assert.Equal(2, await pool.AbortAsync(TimeSpan.Zero));
        Assert.Equal([true, true, false], connections.Select(connection => connection.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task Abort_WithGrace_SparesThoseThatEndInTimeAndThoseThatCameLater()
    {
        var clock = new FakeTimeProvider();
        var pool = new ConnectionPool(3, clock);
        TestConnection[] connections = [new(), new(), new()];
        ConnectionLease quick = Take(pool, connections[0]);
        Take(pool, connections[1]);
        Task<int> aborting = pool.AbortAsync(TimeSpan.FromSeconds(5));
        Take(pool, connections[2]);
        quick.Dispose();
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(aborting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, await aborting.OrHang());
        Assert.Equal([false, true, false], connections.Select(connection => connection.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task Abort_AllEndDuringTheGrace_ReturnsAtOnce()
    {
        var pool = new ConnectionPool(1);
        var connection = new TestConnection();
        ConnectionLease lease = Take(pool, connection);
        Task<int> aborting = pool.AbortAsync(TimeSpan.FromHours(1));
        lease.Dispose();
        Assert.Equal(0, await aborting.OrHang());
    }

    [Fact]
    public void AcquireAndDispose_Uncontended_AllocatesNothing()
    {
        var pool = new ConnectionPool(100);
        Measure(pool, 1_000);
        Assert.Equal(0, Measure(pool, 100_000));
        Assert.Equal(0, pool.InUse);

        static long Measure(ConnectionPool pool, int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count; i++)
            {
                if (!pool.TryAcquire(out ConnectionLease lease))
                {
                    throw new InvalidOperationException("The pool was full.");
                }

                ValueTask<ConnectionLease> another = pool.AcquireAsync();
                another.GetAwaiter().GetResult().Dispose();
                lease.Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static ConnectionLease Take(ConnectionPool pool, TestConnection? connection = null)
    {
        Assert.True(pool.TryAcquire(out ConnectionLease lease));
        if (connection is not null)
        {
            lease.Attach(connection);
        }

        return lease;
    }
}
