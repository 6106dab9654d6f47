using System.Net.Http.Json;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Shutdown;

/// <summary>Signals at bad moments.</summary>
public sealed class SignalTests
{
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task TerminatedTwice_InTheDrain_StillAnswersEveryone(ServerKind kind)
    {
        const int Clients = 100;
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM twice", $"{Clients} in a work of 4 s, and a second SIGTERM while it goes on")
        {
            Work = TimeSpan.FromSeconds(4),
        });
        Socket[] clients = await AskAsync(run, Clients);
        await run.WaitForCountsAsync(counts => counts.Active == Clients);
        run.Terminate();
        await UnboundAsync(run);
        run.Terminate();
        Sightings seen = await clients.ReadAllToEndAsync(Moves.Patience);
        Assert.Equal($"completed {Clients}", await run.EndAsync($"{seen}"));
        Assert.Equal(Clients, seen[Seen.Answer]);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Killed_WithConnectionsOpen_TheNextOneHasThePortAtOnce(ServerKind kind)
    {
        const int Each = 50;
        var scene = new Scene("Shutdown", "SIGKILL and restart", $"Of each {Each}: answered (TIME_WAIT on the port), silent, in the work; the next server begins at once") { Work = TimeSpan.FromSeconds(4) };
        await using ShutdownRun killed = await ShutdownRun.StartAsync(kind, scene);
        Sightings before = await (await AskAsync(killed, Each)).ReadAllToEndAsync(Moves.Patience);
        Socket[] open = [.. await RawClient.ConnectManyAsync(killed.Target, Each), .. await AskAsync(killed, Each)];
        await killed.WaitForCountsAsync(counts => counts.Active == 2 * Each);
        killed.Server.Process.Signal(ServerProcess.SigKill);
        await killed.Server.Process.ExitAsync();

        await using ShutdownRun next = await ShutdownRun.StartAsync(kind, scene with { Arguments = [$"--KestrelRaw:Endpoints:tested:Url=tcp://{killed.Target}"] });
        Sightings lost = await open.ReadAllToEndAsync(Moves.Patience);
        Sightings after = await (await AskAsync(next, Each)).ReadAllToEndAsync(Moves.Patience);
        next.Terminate();
        Assert.Equal($"completed {Each}", await next.EndAsync($"{before} before; {lost} at the kill; {after} after"));
        Assert.Equal((Each, Each), (before[Seen.Answer], after[Seen.Answer]));
        Assert.Equal(2 * Each, lost[Seen.Reset] + lost[Seen.Closed]);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_ShortOfDescriptors_AnswersEveryone(ServerKind kind)
    {
        const int Clients = 600;
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM short of descriptors", $"{Clients} ask a server that may have 350 descriptors")
        {
            Prefix = ["bash", "-c", "ulimit -n 350; exec \"$0\" \"$@\""],
            Work = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal(0, await run.Server.ReadAcceptErrorsAsync());
        Socket[] clients = await AskAsync(run, Clients);
        Assert.True(await Poll.UntilAsync(async () => await run.Server.ReadAcceptErrorsAsync() > 0, Until.Patience));
        run.Terminate();
        Sightings seen = await clients.ReadAllToEndAsync(Until.Patience);
        Assert.Equal($"completed {Clients}", await run.EndAsync($"{seen}"));
        Assert.Equal(Clients, seen[Seen.Answer]);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_PoolPaused_AnswersWhoHasASlotAndEnds(ServerKind kind)
    {
        const int Slots = 10;
        const int Waiting = 20;
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM while paused", $"{Slots} in the work, {Waiting} in the kernel's queue, the pool's size set to 0")
        {
            Settings = $$""" "Pool": { "Size": {{Slots}} } """,
            Work = TimeSpan.FromSeconds(5),
        });
        Socket[] served = await AskAsync(run, Slots);
        await run.WaitForCountsAsync(counts => counts.Active == Slots);
        Socket[] waiting = await AskAsync(run, Waiting);
        using var admin = new HttpClient { BaseAddress = run.Server.Admin };
        (await admin.PutAsJsonAsync("/api/pools/tested", new { size = 0 })).EnsureSuccessStatusCode();

        run.Terminate();
        Sightings answered = await served.ReadAllToEndAsync(Moves.Patience);
        Sightings lost = await waiting.ReadAllToEndAsync(Moves.Patience);
        Assert.Equal($"completed {Slots}", await run.EndAsync($"{answered}; {lost} in the queue"));
        Assert.Equal((Slots, Waiting), (answered[Seen.Answer], lost[Seen.Reset]));
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_QueueAndKernelsQueueFull_AnswersEveryone(ServerKind kind)
    {
        const int Clients = 200;
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM while full", $"{Clients} for a pool of 50, the rest in the server's queue; work 200 ms")
        {
            Settings = """ "Pool": { "Size": 50, "WhenFull": "Queue" } """,
            Work = TimeSpan.FromMilliseconds(200),
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients);
        await run.WaitForCountsAsync(counts => counts.Active == Clients);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        run.Terminate();
        Sightings seen = await clients.ReadAllToEndAsync(Until.Patience);
        Assert.Equal($"completed {Clients}", await run.EndAsync($"{seen}"));
        Assert.Equal(Clients, seen[Seen.Answer]);
    }

    private static async Task<Socket[]> AskAsync(ShutdownRun run, int count)
    {
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, count);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        return clients;
    }

    /// <summary>The drain has begun when nobody listens any more. A client would be counted.</summary>
    private static async Task UnboundAsync(ShutdownRun run) => Assert.True(await Poll.UntilAsync(() => Task.FromResult(CanBind(run)), Until.Patience));

    private static bool CanBind(ShutdownRun run)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(run.Target);
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
