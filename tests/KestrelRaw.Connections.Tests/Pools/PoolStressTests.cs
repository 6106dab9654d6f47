using System.Collections.Concurrent;
using System.Net;
using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Pools;

/// <summary>A million operations from several threads at once: never more in use than the size, no slot ever lost. A failure names its seed.</summary>
public sealed class PoolStressTests(ITestOutputHelper output)
{
    private const int Threads = 6;
    private const int Rounds = 60;
    private const int OperationsARound = 4_000;
    private const int LargestSize = 8;

    private static readonly IPAddress?[] Clients = [null, .. Enumerable.Range(1, 5).Select(i => IPAddress.Parse($"10.0.0.{i}"))];

    private readonly PoolMember[] _members = [new(), new(), new()];
    private readonly int[] _heldByClient = new int[Clients.Length];
    private readonly ConcurrentQueue<(ConnectionLease Lease, int Client)> _running = new();
    private int _held;
    private int _mostHeld;
    private int _allowed;
    private int _allowedPerClient;
    private string? _violation;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RandomOperations_ManyThreads_KeepTheInvariant(bool isCountedByClient)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var pool = new ConnectionPool(1);
        long operations = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Within a round the size either stands still, and may not be passed; or it changes all the time.
            bool isChanging = round % 3 == 2;
            int size = random.Next(LargestSize + 1);
            int? perClient = isCountedByClient ? random.Next(1, 4) : null;
            pool.Resize(size);
            pool.PerClient = perClient;
            _allowed = isChanging ? LargestSize : size;
            _allowedPerClient = isChanging || perClient is null ? int.MaxValue : perClient.Value;
            operations += await RunRoundAsync(pool, random.Next(), isChanging, isCountedByClient);
            Assert.True(_violation is null, $"seed {seed}, round {round}: {_violation}");

            pool.Resume();
            Assert.Equal((0, 0), (pool.InUse, _held));
            Assert.Empty(pool.GetRunning());
            Assert.All(_members, member => Assert.Equal((0, 0), (member.InUse, pool.CountQueued(member))));
            Assert.Equal(0, pool.KnownClients);
        }

        output.WriteLine($"{operations} operations, {_mostHeld} slots held at most");
        Assert.True(operations >= 1_000_000);
        Assert.InRange(_mostHeld, 2, LargestSize);

        pool.PerClient = null;
        pool.Resize(LargestSize);
        Assert.All(Enumerable.Range(0, LargestSize), _ => Assert.True(pool.TryAcquire(out ConnectionLease _)));
        Assert.False(pool.TryAcquire(out _));
    }

    /// <summary>The step between "one compare-and-swap" and "under the lock", back and forth as often as possible.</summary>
    [Fact]
    public async Task TryAcquire_WatchersComeAndGo_NeverPassesTheSize()
    {
        const int Operations = 300_000;
        var pool = new ConnectionPool(1);
        _allowed = 1;
        using var stop = new CancellationTokenSource();
        Task watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await pool.WaitEmptyAsync(TimeSpan.Zero);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Operations; i++)
            {
                if (pool.TryAcquire(out ConnectionLease lease))
                {
                    int held = Interlocked.Increment(ref _held);
                    if (held > _allowed || pool.InUse > 1)
                    {
                        _violation = $"{held} slots are held, {pool.InUse} counted, of 1";
                    }

                    Interlocked.Decrement(ref _held);
                    lease.Dispose();
                }
            }
        }))).OrHang();
        await stop.CancelAsync();
        await watching.OrHang();
        Assert.Null(_violation);
        Assert.Equal(0, pool.InUse);
    }

    /// <summary>The table of slots grows once for all who find it too short, not once for each.</summary>
    [Fact]
    public void TryAcquire_ManyThreadsNeedMoreSlotsAtOnce_MakesNoMoreThanTwiceAsMany()
    {
        const int Each = 20_000;
        var pool = new ConnectionPool(null);
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < Each; i++)
            {
                pool.TryAcquire(out ConnectionLease _);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(Threads * Each, pool.InUse);
        Assert.InRange(pool.SlotsMade, Threads * Each, 2 * Threads * Each);
    }

    private async Task<long> RunRoundAsync(ConnectionPool pool, int seed, bool isChanging, bool isCountedByClient)
    {
        using var stop = new CancellationTokenSource();
        Task<long>[] workers = [.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() => WorkAsync(pool, new Random(seed + thread), stop.Token)))];
        Task<long> changer = Task.Run(() => Change(pool, new Random(seed - 1), isChanging, isCountedByClient, workers));
        long operations = await changer.OrHang();

        // Whoever still waits in a pool that is small or paused is called off; then all must come to an end.
        await stop.CancelAsync();
        foreach (Task<long> worker in workers)
        {
            operations += await worker.OrHang();
        }

        while (!_running.IsEmpty)
        {
            EndOne();
        }

        return operations;
    }

    private long Change(ConnectionPool pool, Random random, bool isChanging, bool isCountedByClient, Task[] workers)
    {
        long operations = 0;
        long quiet = 0;
        int inUse = 0;
        while (!Task.WhenAll(workers).IsCompleted && quiet < 2_000)
        {
            switch (random.Next(6))
            {
                case 0 when isChanging:
                    pool.Resize(random.Next(LargestSize + 1));
                    break;
                case 1 when isChanging && isCountedByClient:
                    pool.PerClient = random.Next(4) is var limit and > 0 ? limit : null;
                    break;
                case 2:
                    pool.Pause();
                    break;
                case 3:
                    pool.AbortAsync(TimeSpan.Zero).GetAwaiter().GetResult();
                    break;
                default:
                    pool.Resume();
                    break;
            }

            EndOne();
            operations++;
            quiet = pool.InUse == inUse ? quiet + 1 : 0;
            inUse = pool.InUse;
            Thread.Yield();
        }

        pool.Resume();
        return operations;
    }

    private async Task<long> WorkAsync(ConnectionPool pool, Random random, CancellationToken cancellationToken)
    {
        long operations = 0;
        while (operations < OperationsARound)
        {
            int client = random.Next(Clients.Length);
            EndPoint? remote = Clients[client] is { } address ? new IPEndPoint(address, 1) : null;
            PoolMember member = _members[random.Next(_members.Length)];
            operations += 2;
            if (random.Next(3) == 0)
            {
                EndOne();
            }

            switch (random.Next(6))
            {
                case 0:
                    if (pool.TryTake(member, remote, out ConnectionLease lease))
                    {
                        Hold(lease, client, random);
                    }

                    break;
                case 1:
                    await AcquireAsync(pool, random, cancellationToken);
                    break;
                case 2:
                    using (var impatience = new CancellationTokenSource())
                    {
                        Task acquiring = AcquireAsync(pool, new Random(random.Next()), impatience.Token);
                        await impatience.CancelAsync();
                        await acquiring;
                    }

                    break;
                default:
                    EnterAndPerhapsLeave(pool, member, client, random);
                    break;
            }
        }

        return operations;
    }

    private async Task AcquireAsync(ConnectionPool pool, Random random, CancellationToken cancellationToken)
    {
        try
        {
            Hold(await pool.AcquireAsync(cancellationToken), client: 0, random);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void EnterAndPerhapsLeave(ConnectionPool pool, PoolMember member, int client, Random random)
    {
        int handler = random.Next();
        var waiter = new TestWaiter(member, Clients[client], granted => Hold(granted.Lease, client, new Random(handler)));
        switch (pool.Enter(waiter, new EntryTerms(Limit: 50, IsTimed: random.Next(2) == 0, OnlyIfClientIsFull: random.Next(2) == 0), out ConnectionLease lease))
        {
            case EntryAnswer.Granted:
                Hold(lease, client, random);
                break;
            case EntryAnswer.Queued:
                // It leaves, or has had its slot; nothing may stay behind in either case.
                pool.TryLeave(waiter);
                break;
        }
    }

    /// <summary>What a connection does: it runs for a while, here or until somebody else ends it, and its handler may throw.</summary>
    private void Hold(ConnectionLease lease, int client, Random random)
    {
        lease.Attach(new AbortedConnection());
        int held = Interlocked.Increment(ref _held);
        int heldByClient = Interlocked.Increment(ref _heldByClient[client]);
        if (held > _allowed)
        {
            _violation = $"{held} slots are held of {_allowed}";
        }

        if (client != 0 && heldByClient > _allowedPerClient)
        {
            _violation = $"{heldByClient} slots are held by one client that may have {_allowedPerClient}";
        }

        Maximum(ref _mostHeld, held);
        if (random.Next(2) == 0)
        {
            _running.Enqueue((lease, client));
            return;
        }

        try
        {
            using (lease)
            {
                Thread.SpinWait(random.Next(50));
                CountEnd(client);
                if (random.Next(3) == 0)
                {
                    throw new InvalidOperationException("The handler failed.");
                }
            }

            lease.Dispose();
        }
        catch (InvalidOperationException)
        {
        }
    }

    private void EndOne()
    {
        if (_running.TryDequeue(out (ConnectionLease Lease, int Client) one))
        {
            CountEnd(one.Client);
            one.Lease.Dispose();
        }
    }

    private void CountEnd(int client)
    {
        Interlocked.Decrement(ref _heldByClient[client]);
        Interlocked.Decrement(ref _held);
    }

    private static void Maximum(ref int target, int value)
    {
        for (int seen = target; seen < value; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private sealed class AbortedConnection : DefaultConnectionContext
    {
        public override void Abort(ConnectionAbortedException abortReason)
        {
        }
    }
}
