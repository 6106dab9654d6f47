using System.Collections.Concurrent;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Tests.Transports;
using KestrelRaw.Connections.Work;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Clients whose machine is gone: from some moment on their kernel drops what comes, and says nothing.</summary>
public sealed class UnreachableClientTests : TransportTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Theory, MemberData(nameof(All))]
    public async Task Vanishes_InEveryPhase_IsAResetAndTheSlotIsFree(TestedTransport transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Socket options of Linux.");
        var pool = new ConnectionPool(4);
        ConcurrentQueue<ConnectionWorkOptions> terms = new([Terms(Long, 1), Terms(Long, 1), Terms(TimeSpan.Zero, 16 * 1024 * 1024), Terms(TimeSpan.Zero, 1)]);
        using var logger = new CollectingLogger();
        var handler = new ConnectionWorkHandler("test", () => terms.TryDequeue(out ConnectionWorkOptions? next) ? next : throw new InvalidOperationException("A fifth has a slot."), TimeProvider.System, logger);
        await using PoolServer server = await PoolServer.StartAsync(
            transport,
            new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = WhenFull.Queue, QueueTimeout = Long }),
            handler.OnConnectedAsync,
            options => options.UnreachableTimeout = TimeSpan.FromSeconds(1));

        using Socket silent = await BeginAsync(server, pool, inUse: 1, () => terms.Count == 3);
        using Socket inWork = await BeginAsync(server, pool, inUse: 2, () => terms.Count == 2);
        using Socket inSend = await BeginAsync(server, pool, inUse: 3, () => terms.Count == 1);
        using Socket inLinger = await BeginAsync(server, pool, inUse: 4, () => terms.IsEmpty);
        using Socket queued = await BeginAsync(server, pool, inUse: 4);
        Assert.True(HopLimit.TryDropEverything(queued));
        await Until.TrueAsync(() => Task.FromResult(server.Counts[ConnectionOutcome.ClientReset] == 1));
        inWork.Send([1]);
        inSend.Send([1]);
        inLinger.Send([1]);
        Assert.Equal(1, inSend.Receive(new byte[1]));
        Assert.Equal(1, inLinger.Receive(new byte[1]));
        Assert.All([silent, inWork, inSend, inLinger], client => Assert.True(HopLimit.TryDropEverything(client)));
        await Until.TrueAsync(() => Task.FromResult(server.Counts.Active == 0));
        Assert.Equal((5, 4, 1), (server.Counts.Accepted, server.Counts[ConnectionOutcome.ClientReset], server.Counts[ConnectionOutcome.Completed]));
        await pool.WaitEmptyAsync(Until.Patience);
        Assert.DoesNotContain(logger.Entries, entry => entry.Level > LogLevel.Debug);
    }

    [Fact]
    public async Task Changed_WhileItListens_HoldsForThoseThatComeThen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Socket options of Linux.");
        ConnectionListenerOptions? listener = null;
        var pool = new ConnectionPool(size: null);
        await using PoolServer server = await PoolServer.StartAsync(
            TestedTransport.Epoll,
            new ConnectionAdmission(pool),
            static async connection => await connection.Transport.Input.ReadAsync(),
            options => (listener = options).UnreachableTimeout = null);
        using Socket before = await BeginAsync(server, pool, inUse: 1);
        listener!.UnreachableTimeout = TimeSpan.FromSeconds(1);
        using Socket after = await BeginAsync(server, pool, inUse: 2);
        Assert.True(HopLimit.TryDropEverything(before));
        Assert.True(HopLimit.TryDropEverything(after));
        await Until.TrueAsync(() => Task.FromResult(server.Counts[ConnectionOutcome.ClientReset] == 1));
        await Until.TrueAsync(() => Task.FromResult(pool.InUse == 1));
        HopLimit.Restore(before);
    }

    [Theory]
    [InlineData(0.999)]
    [InlineData(86_401)]
    public void UnreachableTimeout_OutOfRange_IsRefused(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionListenerOptions { UnreachableTimeout = TimeSpan.FromSeconds(seconds) });

    private static ConnectionWorkOptions Terms(TimeSpan delay, int responseBytes) => new(new DelayWork(delay, [new byte[responseBytes]]))
    {
        FirstByteTimeout = Long,
        WorkTimeout = Long,
        SendTimeout = Long,
        LingerTimeout = Long,
    };

    /// <param name="server">Where to.</param>
    /// <param name="pool">The server's.</param>
    /// <param name="inUse">Slots that are taken then.</param>
    /// <param name="isHandled">Its handler is at work, which comes after the slot.</param>
    private static async Task<Socket> BeginAsync(PoolServer server, ConnectionPool pool, int inUse, Func<bool>? isHandled = null)
    {
        long accepted = server.Counts.Accepted;
        Socket client = await server.ConnectAsync();
        client.ReceiveTimeout = (int)Until.Patience.TotalMilliseconds;
        await Until.TrueAsync(() => Task.FromResult(server.Counts.Accepted > accepted && pool.InUse == inUse && isHandled?.Invoke() != false));
        return client;
    }
}
