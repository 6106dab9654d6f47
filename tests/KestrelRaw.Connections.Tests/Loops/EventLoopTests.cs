using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Loops;
using KestrelRaw.Connections.Tests.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class EventLoopTests : IDisposable
{
    private readonly CollectingLogger _logger = new();
    private readonly EventLoop _loop;

    public EventLoopTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        _loop = new EventLoop("loop", TimeProvider.System, _logger);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public async Task Watch_BytesCome_TellsTheTargetOnTheLoopsThread()
    {
        var told = new TaskCompletionSource<(uint Events, string? Thread)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using SocketPair pair = new();
        _loop.Watch(pair.Watched.SafeHandle, new TestTarget(events => told.TrySetResult((events, Thread.CurrentThread.Name))), Epoll.Read | Epoll.EdgeTriggered);
        pair.Other.Send([1]);
        (uint events, string? thread) = await told.Task.OrHang();
        Assert.Equal(Epoll.Read, events);
        Assert.Equal("loop", thread);
    }

    [Fact]
    public async Task Forget_EventThatWasOnItsWay_ReachesNobody()
    {
        using SocketPair first = new();
        using SocketPair second = new();
        var keys = new long[2];
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bothHaveInput = new ManualResetEventSlim();

        // Whichever the kernel reports first forgets the other, whose event is then in the loop's hands already.
        var told = new List<int>();
        TestTarget TargetThatForgets(int other) => new(_ =>
        {
            told.Add(1 - other);
            _loop.Forget(keys[other]);
        });

        // The loop is kept from looking until there are two events to report at once.
        _loop.Post(new TestTarget(_ =>
        {
            entered.SetResult();
            Assert.True(bothHaveInput.Wait(Until.Patience));
        }));
        await entered.Task.OrHang();
        keys[0] = _loop.Watch(first.Watched.SafeHandle, TargetThatForgets(1), Epoll.Read | Epoll.EdgeTriggered);
        keys[1] = _loop.Watch(second.Watched.SafeHandle, TargetThatForgets(0), Epoll.Read | Epoll.EdgeTriggered);
        first.Other.Send([1]);
        second.Other.Send([1]);
        bothHaveInput.Set();
        await RunAsync();
        await RunAsync();
        Assert.Single(told);
    }

    [Fact]
    public async Task Watch_DescriptorNumberGivenAgain_IsTheNewTargets()
    {
        const int Rounds = 200;
        for (int i = 0; i < Rounds; i++)
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using SocketPair pair = new();
            long key = _loop.Watch(pair.Watched.SafeHandle, new TestTarget(_ => told.TrySetResult()), Epoll.Read | Epoll.EdgeTriggered);
            pair.Other.Send([1]);
            await told.Task.OrHang();
            _loop.Forget(key);
        }
    }

    [Fact]
    public async Task Unwatch_SocketStaysOpen_TellsNobody()
    {
        int told = 0;
        using SocketPair pair = new();
        long key = _loop.Watch(pair.Watched.SafeHandle, new TestTarget(_ => told++), Epoll.Read | Epoll.EdgeTriggered);
        _loop.Unwatch(pair.Watched.SafeHandle, key);
        pair.Other.Send([1]);
        await RunAsync();
        await RunAsync();
        Assert.Equal(0, told);

        // A watch of it that begins now is a new one: for one that is there already the kernel says no.
        var toldAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Watch(pair.Watched.SafeHandle, new TestTarget(_ => toldAgain.TrySetResult()), Epoll.Read | Epoll.EdgeTriggered);
        await toldAgain.Task.OrHang();
    }

    [Fact]
    public void Watch_KernelRefuses_ThrowsAndKeepsNoTarget()
    {
        using SocketPair pair = new();
        _loop.Watch(pair.Watched.SafeHandle, new TestTarget(static _ => { }), Epoll.Read);
        Assert.Throws<System.ComponentModel.Win32Exception>(() => _loop.Watch(pair.Watched.SafeHandle, new TestTarget(static _ => { }), Epoll.Read));
    }

    [Fact]
    public async Task Post_ManyThreads_RunsEachOnceAndEachThreadsInItsOrder()
    {
        const int Threads = 4;
        const int OfEach = 20_000;
        int[] last = new int[Threads];
        int outOfOrder = 0;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int i = 1; i <= OfEach; i++)
            {
                int number = i;
                _loop.Post(new TestTarget(_ => outOfOrder += ++last[thread] == number ? 0 : 1));
            }
        }))).OrHang();
        await RunAsync();
        Assert.Equal(0, outOfOrder);
        Assert.All(last, count => Assert.Equal(OfEach, count));
    }

    [Fact]
    public async Task Post_OnTheLoopAgainAndAgain_DoesNotKeepEventsWaiting()
    {
        using SocketPair pair = new();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isEnough = false;
        TestTarget? postsItself = null;
        postsItself = new TestTarget(events =>
        {
            Assert.Equal(0u, events);
            if (!isEnough)
            {
                _loop.Post(postsItself!);
            }
        });
        _loop.Post(postsItself);
        _loop.Watch(pair.Watched.SafeHandle, new TestTarget(_ =>
        {
            isEnough = true;
            told.TrySetResult();
        }), Epoll.Read | Epoll.EdgeTriggered);
        pair.Other.Send([1]);
        await told.Task.OrHang();
        await RunAsync();
        Assert.Empty(_logger.Named("LoopTargetFailed"));
    }

    [Fact]
    public async Task Target_Throws_IsLoggedAndTheLoopGoesOn()
    {
        _loop.Post(new TestTarget(static _ => throw new InvalidOperationException("posted")));
        _loop.DueTimes.Add(new TestEntry(static _ => throw new InvalidOperationException("due")), TimeSpan.Zero);
        using SocketPair pair = new();
        _loop.Watch(pair.Watched.SafeHandle, new TestTarget(static _ => throw new InvalidOperationException("event")), Epoll.Read | Epoll.EdgeTriggered);
        pair.Other.Send([1]);
        await Until.TrueAsync(() => Task.FromResult(_logger.Named("LoopTargetFailed").Count() == 3));
        Assert.All(_logger.Named("LoopTargetFailed"), entry => Assert.Equal(LogLevel.Critical, entry.Level));
        Assert.Equal(2, _logger.Named("LoopTargetFailed").Count(entry => entry.Message.Contains("the test's target", StringComparison.Ordinal)));
        await RunAsync();
    }

    [Fact]
    public async Task Dispose_OnTheLoop_ThrowsAndTheLoopGoesOn()
    {
        var thrown = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(new TestTarget(_ => thrown.SetResult(Record.Exception(_loop.Dispose))));
        Assert.IsType<InvalidOperationException>(await thrown.Task.OrHang());
        await RunAsync();
    }

    [Fact]
    public async Task Dispose_Waiting_EndsTheThread()
    {
        Thread? thread = null;
        using (var loop = new EventLoop("short", TimeProvider.System, _logger))
        {
            var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(new TestTarget(_ =>
            {
                thread = Thread.CurrentThread;
                ran.SetResult();
            }));
            await ran.Task.OrHang();
        }

        Assert.True(thread!.Join(Until.Patience));
    }

    [Fact]
    public async Task DueTimes_RealClock_AreDueOnTheLoopAndNeverEarly()
    {
        const int Entries = 200;
        var left = new CountdownEvent(Entries);
        int early = 0;
        int elsewhere = 0;
        for (int i = 0; i < Entries; i++)
        {
            TimeSpan wait = TimeSpan.FromMicroseconds(300 + (i * 137 % 20_000));
            long begun = Stopwatch.GetTimestamp();
            _loop.DueTimes.Add(new TestEntry(_ =>
            {
                early += Stopwatch.GetElapsedTime(begun) < wait ? 1 : 0;
                elsewhere += Thread.CurrentThread.Name == "loop" ? 0 : 1;
                left.Signal();
            }), wait);
        }

        await Task.Run(() => Assert.True(left.Wait(Until.Patience)));
        Assert.Equal((0, 0), (early, elsewhere));
    }

    [Fact]
    public async Task DueTimes_AddedOnTheLoopWhileItWaitsForALaterOne_AreDueFirst()
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.DueTimes.Add(new TestEntry(static _ => { }), TimeSpan.FromHours(1));
        await RunAsync();
        _loop.Post(new TestTarget(_ => _loop.DueTimes.Add(new TestEntry(_ => due.SetResult()), TimeSpan.FromMilliseconds(5))));
        await due.Task.OrHang();
    }

    [Fact]
    public async Task DueTimes_FakeClock_AreDueWhenThatSaysSo()
    {
        var clock = new FakeTimeProvider();
        using var loop = new EventLoop("fake", clock, _logger);
        var due = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.DueTimes.Add(new TestEntry(_ => due.SetResult(Thread.CurrentThread.Name)), TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromSeconds(59));
        loop.Post(new TestTarget(_ => ran.SetResult()));
        await ran.Task.OrHang();
        Assert.False(due.Task.IsCompleted);
        await clock.AdvanceUntilAsync(due.Task, TimeSpan.FromSeconds(1));
        Assert.Equal("fake", await due.Task);
    }

    /// <summary>When it returns, the loop has come round once.</summary>
    private Task RunAsync()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(new TestTarget(_ => ran.SetResult()));
        return ran.Task.OrHang();
    }

    /// <summary>Two ends of a connection, so that the test decides when there is an event.</summary>
    private sealed class SocketPair : IDisposable
    {
        public SocketPair()
        {
            using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listening.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
            listening.Listen();
            Other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Other.Connect(listening.LocalEndPoint!);
            Watched = listening.Accept();
        }

        public Socket Watched { get; }

        public Socket Other { get; }

        public void Dispose()
        {
            Watched.Dispose();
            Other.Dispose();
        }
    }
}
