using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Tests.Transports;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>The pool under Kestrel with real connections. The first four are the cases of Go's x/net LimitListener, with code of our own.</summary>
public abstract class PoolServerTests(ITestOutputHelper output, TestedTransport transport)
{
    private int _running;
    private int _mostRunning;

    [Theory]
    [InlineData(WhenFull.StopAccepting)]
    [InlineData(WhenFull.Queue)]
    public async Task Overload_TwentyTimesTheSize_EveryoneIsServedAndNeverMoreThanTheSizeRun(WhenFull whenFull)
    {
        const int Size = 5;
        var pool = new ConnectionPool(Size);
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = whenFull }), EchoOneAsync);
        await Task.WhenAll(Enumerable.Range(0, 20 * Size).Select(_ => AskAsync(server))).OrHang();
        Assert.InRange(_mostRunning, 1, Size);
        await pool.WaitEmptyAsync(Until.Patience);
        Assert.Equal((100, 100), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Completed]));
    }

    [Fact]
    public async Task Saturation_WaveAfterWave_FillsThePoolEachTime()
    {
        const int Size = 4;
        var pool = new ConnectionPool(Size);
        using var open = new SemaphoreSlim(0);
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(pool), async connection =>
        {
            Task opened = open.WaitAsync();
            Enter();
            await opened;
            Leave();
        });
        for (int wave = 0; wave < 10; wave++)
        {
            Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 2 * Size).Select(_ => server.ConnectAsync()));
            for (int half = 0; half < 2; half++)
            {
                await WaitForAsync(() => Volatile.Read(ref _running) == Size);
                Assert.Equal(Size, pool.InUse);
                open.Release(Size);
                await Task.WhenAll(clients.Skip(half * Size).Take(Size).Select(client => client.ReceiveAsync(new byte[1]).OrHang()));
            }

            Assert.All(clients, client => client.Dispose());
        }

        Assert.Equal(Size, _mostRunning);
        await pool.WaitEmptyAsync(Until.Patience);
        Assert.Equal(80, server.Counts[ConnectionOutcome.Completed]);
    }

    [Fact]
    public async Task Handler_Throws_FreesTheSlotEachTime()
    {
        var pool = new ConnectionPool(1);
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(pool), _ => throw new InvalidOperationException("The handler failed."));
        for (int i = 0; i < 20; i++)
        {
            using Socket client = await server.ConnectAsync();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).OrHang());
        }

        await pool.WaitEmptyAsync(Until.Patience);
        Assert.Equal(20, server.Counts[ConnectionOutcome.Error]);
    }

    [Fact]
    public async Task Handler_LetsTheResetThrough_IsAResetAndNoCompletion()
    {
        var pool = new ConnectionPool(1);
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(pool), async connection =>
        {
            while (true)
            {
                ReadResult result = await connection.Transport.Input.ReadAsync();
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
        });
        using (Socket client = await server.ConnectAsync())
        {
            await client.SendAsync(new byte[1]);
            await WaitForAsync(() => pool.InUse == 1);
            client.LingerState = new LingerOption(true, 0);
        }

        await WaitForAsync(() => server.Counts[ConnectionOutcome.ClientReset] == 1);
    }

    [Fact]
    public async Task Stop_ConversationsWithoutEnd_AreAskedToCloseSoThatWhoWaitsIsServed()
    {
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(new ConnectionPool(1)), connection =>
        {
            var closing = new TaskCompletionSource();
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(closing.SetResult);
            isRunning.TrySetResult();
            return closing.Task;
        });
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.ConnectAsync()));
        await isRunning.Task.OrHang();
        await server.StopAsync();
        Assert.Equal((4, 4), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Completed]));
        Assert.All(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(WhenFull.StopAccepting)]
    [InlineData(WhenFull.Queue)]
    public async Task Stop_WhileTheLoopWaitsForASlot_EndsOnceTheOthersHave(WhenFull whenFull)
    {
        using var open = new SemaphoreSlim(0);
        await using PoolServer server = await PoolServer.StartAsync(
            transport, new ConnectionAdmission(new ConnectionPool(1), new AdmissionOptions { WhenFull = whenFull }), _ => open.WaitAsync());
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.ConnectAsync()));
        await WaitForAsync(() => server.Counts.Active >= (whenFull == WhenFull.Queue ? 3 : 1));
        Task stopping = server.StopAsync();
        Assert.False(stopping.IsCompleted);
        open.Release(3);
        await stopping.OrHang();
        Assert.Equal((3, 3), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Completed]));
        Assert.All(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(WhenFull.StopAccepting, null)]
    [InlineData(WhenFull.Queue, 40)]
    [InlineData(WhenFull.Reject, null)]
    public async Task RandomResets_AHundredThousandConnections_LeaveNothingInUse(WhenFull whenFull, int? perClient)
    {
        const int Connections = 12_000;
        const int Clients = 100;
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var pool = new ConnectionPool(50) { PerClient = perClient };
        var admission = new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = whenFull, QueueLimit = 30, QueueTimeout = TimeSpan.FromMilliseconds(20), RejectLinger = TimeSpan.FromMilliseconds(200) });
        await using PoolServer server = await PoolServer.StartAsync(transport, admission, EchoOneAsync);
        int left = Connections;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(seed + client);
            string from = $"127.0.{random.Next(1, 5)}.{random.Next(1, 20)}";
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await ConnectAndMisbehaveAsync(server, from, random);
            }
        }))).WaitAsync(TimeSpan.FromMinutes(3));

        // The kernel may still have some, of clients that did not wait.
        await server.StopAsync();
        ConnectionCounts counts = server.Counts;
        output.WriteLine($"{counts.Accepted} accepted: " + string.Join(", ", ConnectionOutcomeNames.All.Select(outcome => $"{outcome.ToName()} {counts[outcome]}")));
        Assert.InRange(counts.Accepted, Connections * 9 / 10, Connections);
        Assert.Equal((counts.Accepted, 0, 0), (counts.Finished, admission.InUse, admission.Queued));
        Assert.Empty(pool.GetRunning());
        Assert.Equal(0, pool.KnownClients);
        Assert.Empty(server.Logger.From(LogLevel.Error));
    }

    [Fact]
    public async Task Metrics_OfALife_HaveTheNamesAndNumbersOfTheSpecification()
    {
        var pool = new ConnectionPool(1) { Name = "shared" };
        var admission = new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = WhenFull.Queue, QueueLimit = 1 });
        using var open = new SemaphoreSlim(0);
        await using PoolServer server = await PoolServer.StartAsync(transport, admission, _ => open.WaitAsync());
        using var metrics = new MetricsReader(server.Services);
        using Socket running = await server.ConnectAsync();
        using Socket queued = await server.ConnectAsync();
        using Socket rejected = await server.ConnectAsync();
        Assert.Equal(0, await rejected.ReceiveAsync(new byte[1]).OrHang());
        rejected.Dispose();
        await WaitForAsync(() => server.Counts.Finished == 1);

        IReadOnlyDictionary<string, double> now = metrics.Read();
        Assert.Equal(3, now["kestrelraw.connections.accepted{kestrelraw.endpoint=test}"]);
        Assert.Equal(2, now["kestrelraw.connections.active{kestrelraw.endpoint=test}"]);
        Assert.Equal(1, now["kestrelraw.connections.finished{kestrelraw.endpoint=test,outcome=rejected}"]);
        Assert.Equal(0, now["kestrelraw.connections.finished{kestrelraw.endpoint=test,outcome=completed}"]);
        Assert.Equal(1, now["kestrelraw.pool.size{kestrelraw.endpoint=test,kestrelraw.pool=shared}"]);
        Assert.Equal(1, now["kestrelraw.pool.in_use{kestrelraw.endpoint=test,kestrelraw.pool=shared}"]);
        Assert.Equal(1, now["kestrelraw.pool.queued{kestrelraw.endpoint=test,kestrelraw.pool=shared}"]);
        Assert.Equal(0, now["kestrelraw.accept.errors{kestrelraw.endpoint=test}"]);

        pool.Pause();
        using Socket inTheKernel = await server.ConnectAsync();
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(1, metrics.Read()["kestrelraw.accept.backlog{kestrelraw.endpoint=test}"]);
        }

        admission.Update(admission.GetOptions() with { QueueLimit = 2 });
        pool.Resume();
        open.Release(3);
        await WaitForAsync(() => server.Counts.Finished == 4);
        now = metrics.Read();
        Assert.Equal(3, now["kestrelraw.connection.duration{kestrelraw.endpoint=test,outcome=completed} count"]);
        Assert.Equal(3, now["kestrelraw.pool.wait.duration{kestrelraw.endpoint=test,kestrelraw.pool=shared} count"]);
        Assert.Equal(["s", "{connection}", "{endpoint}", "{error}"], metrics.Units.Order(StringComparer.Ordinal));

        const string Overloaded = "kestrelraw.pool.overloaded{kestrelraw.endpoint=test,kestrelraw.pool=shared}";
        Assert.DoesNotContain(Overloaded, now.Keys);
        admission.Update(admission.GetOptions() with { CoDel = new CoDelOptions { Interval = TimeSpan.FromMilliseconds(20) } });
        Assert.Equal(0, metrics.Read()[Overloaded]);
        using Socket runningAgain = await server.ConnectAsync();
        using Socket waiting = await server.ConnectAsync();
        await WaitForAsync(() => metrics.Read()[Overloaded] == 1);
        open.Release(2);
        await WaitForAsync(() => metrics.Read()[Overloaded] == 0);

        pool.Resize(null);
        Assert.DoesNotContain("kestrelraw.pool.size{kestrelraw.endpoint=test,kestrelraw.pool=shared}", metrics.Read().Keys);
    }

    private static async Task ConnectAndMisbehaveAsync(PoolServer server, string from, Random random)
    {
        try
        {
            using Socket client = await server.ConnectAsync(from);
            if (random.Next(4) > 0)
            {
                await client.SendAsync(new byte[random.Next(1, 200)]);
            }

            switch (random.Next(5))
            {
                case 0:
                    client.LingerState = new LingerOption(true, 0);
                    break;
                case 1:
                    client.Shutdown(SocketShutdown.Send);
                    await client.ReceiveAsync(new byte[1]).OrHang();
                    client.LingerState = new LingerOption(true, 0);
                    break;
                case 2:
                    break;
                default:
                    client.Shutdown(SocketShutdown.Send);
                    while (await client.ReceiveAsync(new byte[512]).OrHang() > 0)
                    {
                    }

                    break;
            }
        }
        catch (SocketException)
        {
            // The server's answer to some of the above.
        }
    }

    [Fact]
    public async Task Queue_ClientHalfClosesBeforeAnyByte_IsClosedInOrder()
    {
        var pool = new ConnectionPool(1);
        var admission = new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = WhenFull.Queue });
        await using PoolServer server = await PoolServer.StartAsync(transport, admission, EchoOneAsync);
        using Socket running = await server.ConnectAsync();
        await WaitForAsync(() => pool.InUse == 1);
        using Socket queued = await server.ConnectAsync();
        await WaitForAsync(() => admission.Queued == 1);
        queued.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await queued.ReceiveAsync(new byte[1]).OrHang());

        // Counted when the socket is closed, which the client sees first.
        await WaitForAsync(() => server.Counts[ConnectionOutcome.ClientClosed] == 1);
    }

    /// <summary>The FIN is there before, while or after the connection is queued and watched.</summary>
    [Fact]
    public async Task Queue_ManyClientsHalfCloseAtOnce_NoneIsReset()
    {
        const int Clients = 300;
        var pool = new ConnectionPool(1);
        var admission = new ConnectionAdmission(pool, new AdmissionOptions { WhenFull = WhenFull.Queue });
        await using PoolServer server = await PoolServer.StartAsync(transport, admission, EchoOneAsync);
        using Socket running = await server.ConnectAsync();
        await WaitForAsync(() => pool.InUse == 1);
        for (int i = 0; i < Clients; i++)
        {
            using Socket client = await server.ConnectAsync();
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).OrHang());
        }

        await WaitForAsync(() => server.Counts[ConnectionOutcome.ClientClosed] == Clients);
    }

    private static async Task AskAsync(PoolServer server)
    {
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("x"u8.ToArray());
        byte[] buffer = new byte[8];
        Assert.Equal(1, await client.ReceiveAsync(buffer).OrHang());
        Assert.Equal(0, await client.ReceiveAsync(buffer).OrHang());
    }

    private async Task EchoOneAsync(ConnectionContext connection)
    {
        Enter();
        try
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                await connection.Transport.Output.WriteAsync(segment);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
        }
        catch (ConnectionResetException)
        {
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        int running = Interlocked.Increment(ref _running);
        for (int seen = _mostRunning; seen < running; seen = _mostRunning)
        {
            Interlocked.CompareExchange(ref _mostRunning, running, seen);
        }
    }

    private void Leave() => Interlocked.Decrement(ref _running);

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

public sealed class PoolServerOnSocketsTests(ITestOutputHelper output) : PoolServerTests(output, TestedTransport.Sockets);

public sealed class PoolServerOnSocketsInlineTests(ITestOutputHelper output) : PoolServerTests(output, TestedTransport.SocketsInline);

public sealed class PoolServerOnEpollTests(ITestOutputHelper output) : PoolServerTests(output, TestedTransport.Epoll);

public sealed class PoolServerOnEpollInlineTests(ITestOutputHelper output) : PoolServerTests(output, TestedTransport.EpollInline);
