using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

public sealed class ConnectionListenerTests : IAsyncDisposable
{
    private readonly HurryingClock _clock = new();
    private readonly CollectingLogger _logger = new();
    private readonly FakeListenSocket _socket = new();
    private readonly ConnectionCounters _counters = new();
    private readonly AcceptLoopHealth _health = new();
    private readonly ConnectionMetrics _metrics = new(new TestMeterFactory());
    private readonly HangUpWatcher _hangUps;
    private readonly TimerDueTimes _dueTimes;
    private DescriptorHeadroom _headroom = new(null, new ConnectionCountersRegistry());
    private ConnectionListener? _listener;
    private ConnectionAdmission? _admission;
    private Exception? _creationFailure;

    public ConnectionListenerTests()
    {
        _hangUps = new HangUpWatcher(_logger);
        _dueTimes = new TimerDueTimes(_clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        _hangUps.Dispose();
        _dueTimes.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public async Task Accept_ClientConnects_IsCountedAndDisposedOnce()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        _socket.Connect();
        ConnectionContext connection = await AcceptedAsync(listener);
        Assert.Equal(1, pool.InUse);
        Assert.Equal(1, _counters.Snapshot().Active);

        await connection.DisposeAsync();
        await connection.DisposeAsync();
        Assert.Equal(0, pool.InUse);
        ConnectionCounts counts = _counters.Snapshot();
        Assert.Equal((1, 1), (counts.Accepted, counts.Finished));
        Assert.Single(_logger.Named("ConnectionEnded"));
    }

    [Fact]
    public async Task Accept_PoolFull_LeavesTheNextInTheKernelsQueue()
    {
        ConnectionListener listener = Listen(new ConnectionPool(1));
        _socket.Connect(3);
        ConnectionContext first = await AcceptedAsync(listener);
        Task<ConnectionContext?> second = listener.AcceptAsync().AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(2, _socket.Queued);

        await first.DisposeAsync();
        Assert.NotNull(await second.OrHang());
        Assert.Equal(1, _socket.Queued);
    }

    [Fact]
    public async Task Accept_NoClient_HoldsNoSlot()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.Equal(0, pool.InUse);
        _socket.Connect();
        await accepting.OrHang();
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public async Task Accept_ConnectionDiedInTheQueue_GoesOnAtOnce()
    {
        ConnectionListener listener = Listen();
        _socket.Fail(SocketError.ConnectionAborted);
        _socket.Fail(SocketError.ConnectionReset);
        _socket.Connect();
        await AcceptedAsync(listener);
        Assert.Equal(2, _counters.Snapshot().AcceptErrors);
        Assert.DoesNotContain(_logger.Entries, entry => entry.Level > LogLevel.Debug);
    }

    [Fact]
    public async Task Accept_NoDescriptors_RestsAndGoesOn()
    {
        ConnectionListener listener = Listen();
        _socket.Fail(SocketError.TooManyOpenSockets);
        _socket.Fail(SocketError.NoBufferSpaceAvailable);
        _socket.Connect();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        long start = _clock.GetTimestamp();
        await _clock.AdvanceUntilAsync(accepting, TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await accepting);
        Assert.InRange(_clock.GetElapsedTime(start).TotalMilliseconds, 30, 40);
        Assert.Equal(2, _counters.Snapshot().AcceptErrors);
    }

    [Theory]
    [InlineData(SocketError.OperationAborted)]
    [InlineData(SocketError.InvalidArgument)]
    [InlineData(SocketError.NotSocket)]
    public async Task Accept_ListeningSocketIsBroken_EndsTheLoopAndTheHealth(SocketError error)
    {
        ConnectionListener listener = Listen();
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        _socket.Fail(error);
        Assert.Null(await listener.AcceptAsync().AsTask().OrHang());
        Assert.Null(await listener.AcceptAsync().AsTask().OrHang());
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        Assert.Equal(LogLevel.Critical, Assert.Single(_logger.Entries).Level);
        Assert.True(_socket.IsDisposed);
    }

    [Fact]
    public async Task Accept_ConnectionCantBeSetUp_FreesTheSlotCountsAnErrorAndGoesOn()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        _creationFailure = new InvalidOperationException("no memory");
        _socket.Connect();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        Assert.Equal(0, pool.InUse);
        Assert.Equal(1, _counters.Snapshot()[ConnectionOutcome.Error]);

        _creationFailure = null;
        _socket.Connect();
        Assert.NotNull(await accepting.OrHang());
    }

    [Fact]
    public async Task Accept_Cancelled_AnswersNull()
    {
        ConnectionListener listener = Listen();
        using var cancel = new CancellationTokenSource();
        Task<ConnectionContext?> accepting = listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Null(await accepting.OrHang());
        Assert.False(_socket.IsDisposed);
    }

    [Fact]
    public async Task Unbind_FullPool_ServesTheBacklogAsSlotsComeFreeThenAnswersNull()
    {
        ConnectionListener listener = Listen(new ConnectionPool(1));
        _socket.Connect(3);
        ConnectionContext running = await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync(CancellationToken.None).AsTask().OrHang();
        for (int waiting = 2; waiting > 0; waiting--)
        {
            Assert.False(accepting.IsCompleted);
            await running.DisposeAsync();
            running = (await accepting.OrHang())!;
            Assert.NotNull(running);
            accepting = listener.AcceptAsync().AsTask();
        }

        Assert.Null(await accepting.OrHang());
        Assert.True(_socket.IsDisposed);
        await running.DisposeAsync();
        Assert.Equal((3, 3), (_counters.Snapshot().Accepted, _counters.Snapshot().Finished));
    }

    [Fact]
    public async Task Unbind_HandshakeUnderWay_IsWaitedForAndServed()
    {
        ConnectionListener listener = Listen();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        _socket.IsInHandshake = true;
        await listener.UnbindAsync(CancellationToken.None);
        await WaitForAsync(() => _socket.IsRefusing);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.False(_socket.IsDisposed);
        _socket.Connect();
        await _clock.AdvanceUntilAsync(accepting, TimeSpan.FromMilliseconds(10));
        Assert.NotNull(await accepting);
        _socket.IsInHandshake = false;
        await _clock.AdvanceUntilAsync(listener.AcceptAsync().AsTask(), TimeSpan.FromMilliseconds(10));
        Assert.True(_socket.IsDisposed);
    }

    [Fact]
    public async Task Unbind_HandshakesThatNeverEnd_HoldItUpForABitMoreThanASecond()
    {
        ConnectionListener listener = Listen();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        _socket.IsInHandshake = true;
        int looks = 0;
        _socket.Looking = () => looks++;
        long start = _clock.GetTimestamp();
        _clock.IsHurrying = true;
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
        Assert.Equal((25, TimeSpan.FromMilliseconds(1250)), (looks, _clock.GetElapsedTime(start)));
    }

    [Fact]
    public async Task Unbind_HandshakeUnderWayAndTheDeadlinePasses_ClosesAtOnce()
    {
        ConnectionListener listener = Listen();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        _socket.IsInHandshake = true;
        using var deadline = new CancellationTokenSource();
        await listener.UnbindAsync(deadline.Token);
        await WaitForAsync(() => _socket.IsRefusing);
        await deadline.CancelAsync();
        Assert.Null(await accepting.OrHang());
        Assert.True(_socket.IsDisposed);
    }

    [Fact]
    public async Task Unbind_DeadlinePassesWhileItLooksForHandshakes_HasTakenTheBacklogBefore()
    {
        ConnectionListener listener = Listen(new ConnectionPool(1));
        _socket.Connect(3);
        ConnectionContext running = await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        using var deadline = new CancellationTokenSource();
        _socket.Looking = deadline.Cancel;
        await listener.UnbindAsync(deadline.Token);
        Assert.Null(await accepting.OrHang());
        Assert.Equal((true, 0), (_socket.IsDisposed, _socket.Queued));
        await running.DisposeAsync();
        Assert.Equal((3, 3), (_counters.Snapshot().Accepted, _counters.Snapshot().Finished));
    }

    [Fact]
    public async Task Unbind_SharedSocketAndFullPool_LeavesTheBacklogToTheSuccessor()
    {
        _socket.IsShared = true;
        ConnectionListener listener = Listen(new ConnectionPool(1));
        _socket.Connect(3);
        ConnectionContext running = await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
        Assert.Equal((true, false, 2), (_socket.IsDisposed, _socket.IsRefusing, _socket.Queued));

        await running.DisposeAsync();
        Assert.Equal((1, 1), (_counters.Snapshot().Accepted, _counters.Snapshot().Finished));
    }

    [Fact]
    public async Task Unbind_SharedSocketAndQueue_ServesWhatWasAcceptedAndNothingElse()
    {
        _socket.IsShared = true;
        ConnectionListener listener = Listen(new ConnectionPool(1), new AdmissionOptions { WhenFull = WhenFull.Queue });
        _socket.Connect(2);
        ConnectionContext running = await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await WaitForAsync(() => _socket.Queued == 0);
        await listener.UnbindAsync(CancellationToken.None);
        await WaitForAsync(() => _socket.IsDisposed);
        Assert.False(accepting.IsCompleted);

        await running.DisposeAsync();
        running = (await accepting.OrHang())!;
        Assert.Null(await listener.AcceptAsync().AsTask().OrHang());
        await running.DisposeAsync();
        Assert.Equal((2, 2), (_counters.Snapshot().Accepted, _counters.Snapshot().Finished));
    }

    [Fact]
    public async Task Unbind_SharedSocketWithoutDescriptors_EndsAtOnce()
    {
        var registry = new ConnectionCountersRegistry();
        registry.For("other").CountAccepted();
        _headroom = new DescriptorHeadroom(0, registry);
        _socket.IsShared = true;
        ConnectionListener listener = Listen();
        _socket.Connect(2);
        await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
        Assert.True(_socket.IsDisposed);
    }

    [Fact]
    public async Task Unbind_DeadlinePasses_AbortsWhatWaitsAndAnswersNull()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        _socket.Connect(3);
        ConnectionContext running = await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        using var deadline = new CancellationTokenSource();
        await listener.UnbindAsync(deadline.Token);
        await WaitForAsync(() => _socket.IsDisposed);
        Assert.False(accepting.IsCompleted);
        await deadline.CancelAsync();
        Assert.Null(await accepting.OrHang());
        Assert.Equal(2, _counters.Snapshot()[ConnectionOutcome.Aborted]);

        await running.DisposeAsync();
        Assert.Equal(0, pool.InUse);
        Assert.Equal(0, _counters.Snapshot().Active);
    }

    [Fact]
    public async Task Unbind_PoolOfSizeZero_EndsAtOnce()
    {
        ConnectionListener listener = Listen(new ConnectionPool(0));
        _socket.Connect(2);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
        Assert.Equal(2, _socket.Queued);
        Assert.Equal(0, _counters.Snapshot().Accepted);
    }

    [Fact]
    public async Task Unbind_WhileResting_EndsTheRest()
    {
        ConnectionListener listener = Listen();
        _socket.Fail(SocketError.TooManyOpenSockets);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
    }

    [Fact]
    public async Task Dispose_BacklogNotHandedOut_ClosesAndCountsIt()
    {
        ConnectionListener listener = Listen(new ConnectionPool(1));
        _socket.Connect(4);
        ConnectionContext running = await AcceptedAsync(listener);
        await listener.UnbindAsync(CancellationToken.None);
        await WaitForAsync(() => _socket.IsDisposed);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await running.DisposeAsync();
        await (await accepting.OrHang())!.DisposeAsync();
        await listener.DisposeAsync();
        ConnectionCounts counts = _counters.Snapshot();
        Assert.Equal((4, 0, 2), (counts.Accepted, counts.Active, counts[ConnectionOutcome.Aborted]));
    }

    [Fact]
    public async Task Unbind_DeadlinePassesWithoutDescriptors_ClosesAndAnswersNull()
    {
        var registry = new ConnectionCountersRegistry();
        registry.For("other").CountAccepted();
        _headroom = new DescriptorHeadroom(0, registry);
        ConnectionListener listener = Listen();
        _socket.Connect(2);
        await AcceptedAsync(listener);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        using var deadline = new CancellationTokenSource();
        await listener.UnbindAsync(deadline.Token);
        Assert.False(accepting.IsCompleted);
        await deadline.CancelAsync();
        Assert.Null(await accepting.OrHang());
        Assert.True(_socket.IsDisposed);
        Assert.InRange(_counters.Snapshot().AcceptErrors, 1, 5);
    }

    [Fact]
    public async Task Unbind_NobodyAccepts_DoesNotHang()
    {
        ConnectionListener listener = Listen(new ConnectionPool(0));
        await listener.UnbindAsync(CancellationToken.None).AsTask().OrHang();
        await listener.DisposeAsync();
        Assert.True(_socket.IsDisposed);
        Assert.Null(await listener.AcceptAsync().AsTask().OrHang());
    }

    [Fact]
    public async Task Accept_FailsAgainAndAgain_LosesNoSlot()
    {
        var pool = new ConnectionPool(2);
        ConnectionListener listener = Listen(pool);
        for (int i = 0; i < 10; i++)
        {
            _socket.Fail(SocketError.ConnectionAborted);
        }

        _socket.Connect(2);
        await AcceptedAsync(listener);
        await AcceptedAsync(listener);
        Assert.Equal(2, pool.InUse);
    }

    [Fact]
    public async Task Accept_PoolPausedWhileIdle_LeavesTheNextClientInTheKernelUntilResume()
    {
        var pool = new ConnectionPool(2);
        ConnectionListener listener = Listen(pool);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await WaitForAsync(() => _socket.IsAccepting);
        pool.Pause();
        await WaitForAsync(() => !_socket.IsAccepting);
        _socket.Connect();
        Assert.Equal(1, _socket.Queued);
        pool.Resume();
        Assert.NotNull(await accepting.OrHang());
    }

    [Theory]
    [InlineData(WhenFull.Queue)]
    [InlineData(WhenFull.Reject)]
    public async Task Accept_PoolPausedOrOfSizeZero_AcceptsNothingInAnyMode(WhenFull whenFull)
    {
        var pool = new ConnectionPool(0);
        ConnectionListener listener = Listen(pool, new AdmissionOptions { WhenFull = whenFull });
        _socket.Connect();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        Assert.Equal(1, _socket.Queued);
        pool.Resize(5);
        await accepting.OrHang();

        await WaitForAsync(() => _socket.IsAccepting);
        pool.Pause();
        await WaitForAsync(() => !_socket.IsAccepting);
        _socket.Connect();
        Assert.Equal(1, _socket.Queued);
        pool.Resume();
        Assert.NotNull(await AcceptedAsync(listener));
    }

    [Fact]
    public async Task Accept_SiblingFillsTheSharedPool_LeavesTheNextClientInTheKernel()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await WaitForAsync(() => _socket.IsAccepting);
        Assert.True(pool.TryAcquire(out ConnectionLease siblings));
        await WaitForAsync(() => !_socket.IsAccepting);
        _socket.Connect();
        Assert.Equal(1, _socket.Queued);
        siblings.Dispose();
        Assert.NotNull(await accepting.OrHang());
        Assert.Equal(1, pool.InUse);
    }

    [Fact]
    public async Task Accept_TwoIdleListenersAndOneSlot_LeaveEachOtherAlone()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool);
        using var siblingSocket = new FakeListenSocket();
        var scope = new ConnectionScope("sibling", new ConnectionAdmission(pool), new ConnectionCounters(), _metrics, _dueTimes, _logger);
        await using var sibling = new ConnectionListener(siblingSocket, Create, scope, _headroom, _hangUps, _health);
        Task<ConnectionContext?> siblingAccepting = sibling.AcceptAsync().AsTask();
        for (int i = 0; i < 50; i++)
        {
            ConnectionContext connection = await ConnectAndAcceptAsync(listener);
            Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
            await WaitForAsync(() => !_socket.IsAccepting && !siblingSocket.IsAccepting);
            await connection.DisposeAsync();
            await WaitForAsync(() => _socket.IsAccepting && siblingSocket.IsAccepting);
            Assert.Equal(0, pool.InUse);
            int calls = _socket.Calls + siblingSocket.Calls;
            Assert.True(await pool.WaitEmptyAsync(Until.Patience));
            Assert.Equal((0, calls), (pool.InUse, _socket.Calls + siblingSocket.Calls));
            _socket.Connect();
            await (await accepting.OrHang())!.DisposeAsync();
        }

        Assert.False(siblingAccepting.IsCompleted);
    }

    [Fact]
    public async Task Queue_Full_RejectsTheNextAndServesTheQueueInOrder()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool, new AdmissionOptions { WhenFull = WhenFull.Queue, QueueLimit = 2 });
        ConnectionContext running = await ConnectAndAcceptAsync(listener);
        _socket.Connect(3);
        await WaitForAsync(() => _counters.Snapshot().Accepted == 4 && _admission!.Queued == 2);
        Assert.Equal(0, await _socket.Clients[3].ReceiveAsync(new byte[1]).OrHang());
        _socket.Clients[3].Dispose();
        await WaitForAsync(() => _counters.Snapshot()[ConnectionOutcome.Rejected] == 1);

        await running.DisposeAsync();
        ConnectionContext second = await AcceptedAsync(listener);
        Assert.Equal(_socket.Clients[1].LocalEndPoint, second.RemoteEndPoint);
        await second.DisposeAsync();
        ConnectionContext third = await AcceptedAsync(listener);
        Assert.Equal(_socket.Clients[2].LocalEndPoint, third.RemoteEndPoint);
        Assert.Equal((1, 1, 0), (pool.InUse, _admission!.InUse, _admission.Queued));
    }

    [Fact]
    public async Task Queue_Timeout_IsCountedFromEachOnesArrivalAndFollowsAChange()
    {
        var pool = new ConnectionPool(1, _clock);
        ConnectionListener listener = Listen(pool, new AdmissionOptions { WhenFull = WhenFull.Queue, QueueTimeout = TimeSpan.FromSeconds(10) });
        await ConnectAndAcceptAsync(listener);
        _socket.Connect();
        await EntersQueueAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(4));
        _socket.Connect();
        await EntersQueueAsync(2);
        _clock.Advance(TimeSpan.FromSeconds(5.99));
        Assert.Equal(2, _admission!.Queued);
        _clock.Advance(TimeSpan.FromSeconds(0.01));
        await WaitForAsync(() => _admission.Queued == 1);
        Assert.Equal(0, await _socket.Clients[1].ReceiveAsync(new byte[1]).OrHang());

        _clock.Advance(TimeSpan.FromSeconds(1));
        _admission.Update(_admission.GetOptions() with { QueueTimeout = TimeSpan.FromSeconds(8) });
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(1, _admission.Queued);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await WaitForAsync(() => _admission.Queued == 0);
        _socket.Clients[1].Dispose();
        _socket.Clients[2].Dispose();
        await WaitForAsync(() => _counters.Snapshot()[ConnectionOutcome.QueueTimeout] == 2);
    }

    [Fact]
    public async Task Queue_ClientGoesAway_LeavesAtOnceAndIsNoLongerWatched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is noticed when it is its turn.");
        ConnectionListener listener = Listen(new ConnectionPool(1), new AdmissionOptions { WhenFull = WhenFull.Queue });
        await ConnectAndAcceptAsync(listener);
        _socket.Connect(2);
        await WaitForAsync(() => _admission!.Queued == 2 && _hangUps.Count == 2);
        _socket.Clients[1].LingerState = new LingerOption(true, 0);
        _socket.Clients[1].Dispose();
        _socket.Clients[2].Dispose();
        await WaitForAsync(() => _counters.Snapshot().Finished == 2);
        Assert.Equal((1, 1), (_counters.Snapshot()[ConnectionOutcome.ClientReset], _counters.Snapshot()[ConnectionOutcome.ClientClosed]));
        await WaitForAsync(() => _admission!.Queued == 0 && _hangUps.Count == 0);
    }

    [Fact]
    public async Task Queue_CreationFailsForAThousand_EndsThemAllWithoutRecursion()
    {
        const int Many = 1_000;
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool, new AdmissionOptions { WhenFull = WhenFull.Queue });
        ConnectionContext running = await ConnectAndAcceptAsync(listener);
        _socket.Connect(Many);
        await WaitForAsync(() => _admission!.Queued == Many);
        _creationFailure = new InvalidOperationException("no memory");
        await running.DisposeAsync();
        await WaitForAsync(() => _counters.Snapshot()[ConnectionOutcome.Error] == Many);
        Assert.Equal((0, 0), (pool.InUse, _admission!.Queued));
        Assert.Equal([LogLevel.Error, LogLevel.Debug], _logger.Named("ConnectionNotCreated").Select(static line => line.Level).Distinct());
        Assert.Single(_logger.Named("ConnectionNotCreated"), static line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task WhenFull_ChangedWhileFull_TakesEffectAtOnce()
    {
        ConnectionListener listener = Listen(new ConnectionPool(1));
        await ConnectAndAcceptAsync(listener);
        _socket.Connect(2);
        Assert.Equal(2, _socket.Queued);
        _admission!.Update(new AdmissionOptions { WhenFull = WhenFull.Queue });
        await WaitForAsync(() => _admission.Queued == 2);
        _admission.Update(new AdmissionOptions { WhenFull = WhenFull.StopAccepting });
        await WaitForAsync(() => !_socket.IsAccepting);
        _socket.Connect();
        Assert.Equal((1, 2), (_socket.Queued, _admission.Queued));
    }

    [Fact]
    public async Task PerClient_StopAccepting_QueuesTheGreedyAndAcceptsTheOthers()
    {
        var pool = new ConnectionPool(10) { PerClient = 1 };
        ConnectionListener listener = Listen(pool, new AdmissionOptions { QueueLimit = 1 });
        ConnectionContext running = await ConnectAndAcceptAsync(listener, "127.0.0.2");
        _socket.Connect(2, "127.0.0.2");
        ConnectionContext other = await ConnectAndAcceptAsync(listener, "127.0.0.3");
        Assert.Equal((2, 1, 2), (pool.InUse, _admission!.Queued, pool.KnownClients));
        Assert.Equal(0, await _socket.Clients[2].ReceiveAsync(new byte[1]).OrHang());
        _socket.Clients[2].Dispose();
        await WaitForAsync(() => _counters.Snapshot()[ConnectionOutcome.Rejected] == 1);

        await running.DisposeAsync();
        ConnectionContext queued = await AcceptedAsync(listener);
        await queued.DisposeAsync();
        await other.DisposeAsync();
        Assert.Equal((0, 0), (pool.InUse, pool.KnownClients));
    }

    [Fact]
    public async Task PerClient_SetWhileConnectionsRun_CountsThem()
    {
        var pool = new ConnectionPool(10);
        ConnectionListener listener = Listen(pool);
        ConnectionContext first = await ConnectAndAcceptAsync(listener, "127.0.0.2");
        await ConnectAndAcceptAsync(listener, "127.0.0.2");
        pool.PerClient = 2;
        Assert.Equal(1, pool.KnownClients);
        _socket.Connect(1, "127.0.0.2");
        await WaitForAsync(() => _admission!.Queued == 1);
        await first.DisposeAsync();
        await AcceptedAsync(listener);
        _socket.Connect(1, "127.0.0.2");
        await WaitForAsync(() => _admission!.Queued == 1);
        pool.PerClient = null;
        await AcceptedAsync(listener);
        Assert.Equal((3, 0), (pool.InUse, pool.KnownClients));
    }

    [Fact]
    public async Task Unbind_PoolPausedWithAQueue_EndsAtOnce()
    {
        var pool = new ConnectionPool(1);
        ConnectionListener listener = Listen(pool, new AdmissionOptions { WhenFull = WhenFull.Queue });
        ConnectionContext running = await ConnectAndAcceptAsync(listener);
        _socket.Connect(2);
        await WaitForAsync(() => _admission!.Queued == 2);
        pool.Pause();
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync(CancellationToken.None);
        Assert.Null(await accepting.OrHang());
        Assert.Equal(2, _counters.Snapshot()[ConnectionOutcome.Aborted]);
        await running.DisposeAsync();
    }

    [Fact]
    public async Task Abort_ConnectionsOfThePool_EndAsAborted()
    {
        var pool = new ConnectionPool(2);
        ConnectionListener listener = Listen(pool);
        ConnectionContext connection = await ConnectAndAcceptAsync(listener);
        PooledConnection running = Assert.Single(pool.GetRunning());
        Assert.Equal((connection.ConnectionId, connection.RemoteEndPoint), (running.ConnectionId, running.RemoteEndPoint));
        Assert.Equal(1, await pool.AbortAsync(TimeSpan.Zero));
        await connection.DisposeAsync();
        Assert.Equal(1, _counters.Snapshot()[ConnectionOutcome.Aborted]);
        await Assert.ThrowsAsync<SocketException>(() => _socket.Clients[0].ReceiveAsync(new byte[1]).OrHang());
        Assert.Equal(0, pool.InUse);
    }

    private async Task<ConnectionContext> ConnectAndAcceptAsync(ConnectionListener listener, string from = "127.0.0.1")
    {
        _socket.Connect(1, from);
        return await AcceptedAsync(listener);
    }

    /// <summary>It is watched last, when its timeout runs already.</summary>
    private Task EntersQueueAsync(int count) =>
        WaitForAsync(() => _admission!.Queued == count && (_hangUps.Count == count || !OperatingSystem.IsLinux()));

    private ConnectionListener Listen(ConnectionPool? pool = null, AdmissionOptions? options = null)
    {
        _admission = new ConnectionAdmission(pool ?? new ConnectionPool(null, _clock), options);
        var scope = new ConnectionScope("async", _admission, _counters, _metrics, _dueTimes, _logger);
        return _listener = new ConnectionListener(_socket, Create, scope, _headroom, _hangUps, _health);
    }

    private AcceptedConnection Create(AcceptedSocket socket, ConnectionLease lease, ConnectionScope scope) =>
        _creationFailure is null ? new BlockingConnection(socket, lease, scope) : throw _creationFailure;

    private async Task<HealthStatus> HealthAsync() => (await _health.CheckHealthAsync(new HealthCheckContext())).Status;

    private static async Task<ConnectionContext> AcceptedAsync(ConnectionListener listener)
    {
        ConnectionContext? connection = await listener.AcceptAsync().AsTask().OrHang();
        Assert.NotNull(connection);
        return connection;
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        while (!condition())
        {
            giveUp.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
