using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Loops;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class LoopListenSocketTests : IAsyncDisposable
{
    private readonly CollectingLogger _logger = new();
    private readonly EventLoop _loop;
    private readonly LoopListenSocket _listening;
    private readonly List<Socket> _clients = [];

    public LoopListenSocketTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        _loop = new EventLoop("loop", TimeProvider.System, _logger);
        _listening = new LoopListenSocket(ListenSockets.Open(new IPEndPoint(IPAddress.Loopback, 0), backlog: 4096), isShared: false, _loop);
    }

    /// <summary>What a test waits for goes on on the loop, and so would this.</summary>
    public async ValueTask DisposeAsync()
    {
        _listening.Dispose();
        await Task.Run(_loop.Dispose);
        _clients.ForEach(client => client.Dispose());
        Assert.Empty(_logger.Named("LoopTargetFailed"));
    }

    [Fact]
    public async Task Accept_ConnectionIsThere_CompletesAtOnceWithItsAddress()
    {
        Connect(1);
        ValueTask<AcceptedSocket> accepting = _listening.AcceptAsync(CancellationToken.None);
        Assert.True(accepting.IsCompletedSuccessfully);
        AcceptedSocket accepted = await accepting;
        Assert.Equal(_clients[0].LocalEndPoint, accepted.RemoteEndPoint);
        accepted.Dispose();
    }

    [Fact]
    public async Task Accept_NobodyIsThere_GoesOnOnTheLoopWhenSomebodyComes()
    {
        for (int i = 0; i < 3; i++)
        {
            ValueTask<AcceptedSocket> accepting = _listening.AcceptAsync(CancellationToken.None);
            Assert.False(accepting.IsCompleted);
            Task<string?> goingOn = GoOnAsync(accepting);
            Connect(1);
            Assert.Equal("loop", await goingOn.OrHang());
        }

        static async Task<string?> GoOnAsync(ValueTask<AcceptedSocket> accepting)
        {
            (await accepting.ConfigureAwait(false)).Dispose();
            return Thread.CurrentThread.Name;
        }
    }

    [Fact]
    public async Task Accept_CanceledAtAnyMomentOfTheCall_Ends()
    {
        for (int i = 0; i < 20_000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var together = new Barrier(2);
            Task canceling = Task.Run(() =>
            {
                together.SignalAndWait();
                Thread.SpinWait(i % 200);
                cancellation.Cancel();
            });
            together.SignalAndWait();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _listening.AcceptAsync(cancellation.Token).AsTask().OrHang());
            await canceling;
        }
    }

    [Fact]
    public async Task Accept_MoreThanItMayTakeInARow_LooksAtOtherEventsInBetween()
    {
        const int Queued = 300;
        Connect(Queued);
        using Socket other = CreateOther(out Socket watched);
        int accepted = 0;
        int acceptedWhenTold = -1;
        _loop.Watch(watched.SafeHandle, new TestTarget(_ => acceptedWhenTold = accepted), Epoll.Read | Epoll.EdgeTriggered);
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The event comes in the middle of the loop's turn that accepts, so only a turn's end lets it in.
        _loop.Post(new TestTarget(_ =>
        {
            other.Send([1]);
            begun.SetResult(AcceptAllAsync());
        }));
        await (await begun.Task.OrHang()).OrHang();
        Assert.Equal(Queued, accepted);
        Assert.InRange(acceptedWhenTold, 0, 128);
        watched.Dispose();

        async Task AcceptAllAsync()
        {
            while (accepted < Queued)
            {
                (await _listening.AcceptAsync(CancellationToken.None)).Dispose();
                accepted++;
            }
        }
    }

    [Fact]
    public async Task Accept_CancelledWhileItWaits_ThrowsAndTakesNothing()
    {
        for (int i = 0; i < 3; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<AcceptedSocket> accepting = _listening.AcceptAsync(cancel.Token).AsTask();
            Assert.False(accepting.IsCompleted);
            cancel.Cancel();
            OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.OrHang());
            Assert.Equal(cancel.Token, thrown.CancellationToken);
        }

        Connect(1);
        (await _listening.AcceptAsync(CancellationToken.None).AsTask().OrHang()).Dispose();
    }

    [Fact]
    public void Accept_CancelledBefore_ThrowsAndLeavesTheConnection()
    {
        Connect(1);
        Assert.Throws<OperationCanceledException>(() => _listening.AcceptAsync(new CancellationToken(canceled: true)).Result);
        Assert.True(_listening.TryAccept(out AcceptedSocket accepted));
        accepted.Dispose();
    }

    /// <summary>The cancellation and the client come at the same time, a thousand times: either one wins, and no connection is lost.</summary>
    [Fact]
    public async Task Accept_CancelledWhenSomebodyComes_EitherAcceptsOrLeavesIt()
    {
        const int Rounds = 1_000;
        for (int i = 0; i < Rounds; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<AcceptedSocket> accepting = _listening.AcceptAsync(cancel.Token).AsTask();
            Task cancelling = Task.Run(cancel.Cancel);
            Connect(1);
            await cancelling;
            await Task.WhenAny(accepting).OrHang();
            if (accepting.IsCompletedSuccessfully)
            {
                (await accepting).Dispose();
            }
            else
            {
                Assert.True(accepting.IsCanceled);
                (await _listening.AcceptAsync(CancellationToken.None).AsTask().OrHang()).Dispose();
            }

            _clients[0].Dispose();
            _clients.Clear();
        }

        Assert.False(_listening.TryAccept(out _));
    }

    private static Socket CreateOther(out Socket watched)
    {
        using Socket listening = ListenSockets.Open(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1);
        var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Connect(listening.LocalEndPoint!);
        watched = listening.Accept();
        return other;
    }

    private void Connect(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(_listening.EndPoint);
            _clients.Add(client);
        }
    }
}
