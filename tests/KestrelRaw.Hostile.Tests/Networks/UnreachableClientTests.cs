using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>Clients whose machine or network is gone from one moment to the next: no FIN, no RST, half-open connections.</summary>
public sealed class UnreachableClientTests : IDisposable
{
    private const int Each = 50;
    private const string Timeouts = """ "Timeouts": { "Unreachable": "3s" } """;

    private readonly TestNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_VanishWithoutARequestAndInTheWork_AreGoneAfterUnreachable(ServerKind kind)
    {
        _network.AddCable();
        await using HostileRun run = await HostileRun.StartAsync(kind, _network.Place(new Scene("Network", "Power cut", $"{Each} silent clients and {Each} in a work of 8 s vanish; Unreachable 3 s")
        {
            Settings = Timeouts,
            Arguments = ["--KestrelRaw:Endpoints:tested:Work:Delay=8s"],
            IsTargetFull = true,
        }));
        Socket[] clients = await _network.ConnectManyAsync(run.Target, 2 * Each);
        await Task.WhenAll(clients.Take(Each).Select(socket => socket.SendAsync(RawClient.Request)));
        await run.WaitForCountsAsync(counts => counts.Active == 2 * Each);
        await EndAsync(run, clients, _network.CutCable, "client_reset", 2 * Each);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_VanishInTheSend_AreGoneAfterUnreachable(ServerKind kind)
    {
        using var response = new LargeResponse();
        _network.AddCable();
        await using HostileRun run = await HostileRun.StartAsync(kind, _network.Place(new Scene("Network", "Route lost in the send", $"{Each} vanish while they take {LargeResponse.Megabytes} MB; Unreachable 3 s")
        {
            Settings = Timeouts,
            ResponseFile = response.Path,
            IsTargetFull = true,
        }));
        Socket[] clients = await _network.ConnectManyAsync(run.Target, Each, LargeResponse.KeepWindowSmall);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        await Task.WhenAll(clients.Select(socket => LargeResponse.ReadSomeAsync(socket, 1)));
        await EndAsync(run, clients, _network.RemoveCable, "client_reset", Each);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_VanishInOurQueue_AreGoneAfterUnreachable(ServerKind kind)
    {
        _network.AddCable();
        await using HostileRun run = await StartFullAsync(kind, "Queue");
        using Socket holder = await HoldAsync(run);
        Socket[] clients = await _network.ConnectManyAsync(run.Target, Each);
        await run.WaitForCountsAsync(counts => counts.Active == 1 + Each);
        _network.CutCable();
        await run.WaitForCountsAsync(counts => counts.Finished["client_reset"] == Each && counts.Active == 1);
        await EndAsync(run, holder, clients);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_VanishInTheKernelsQueue_HoldNoSlot(ServerKind kind)
    {
        _network.AddCable();
        await using HostileRun run = await StartFullAsync(kind, "StopAccepting");
        using Socket holder = await HoldAsync(run);
        Socket[] clients = await _network.ConnectManyAsync(run.Target, Each);
        _network.RemoveCable();

        // Without anybody to accept them they show in no count. The kernel's own tables know when it has given them up.
        Assert.True(await Poll.UntilAsync(() => Task.FromResult(CountEstablished(run) == 1), TimeSpan.FromSeconds(20)));
        await EndAsync(run, holder, clients);
    }

    private Task<HostileRun> StartFullAsync(ServerKind kind, string whenFull) =>
        HostileRun.StartAsync(kind, _network.Place(new Scene("Network", $"Vanished in the queue ({whenFull})", $"{Each} vanish while they wait for the one slot; Unreachable 3 s")
        {
            Settings = $$"""{{Timeouts}}, "Pool": { "Size": 1, "WhenFull": "{{whenFull}}" } """,
            IsTargetFull = true,
        }));

    /// <summary>Has the one slot until it asks, and stays reachable.</summary>
    private static async Task<Socket> HoldAsync(HostileRun run)
    {
        Socket holder = await RawClient.ConnectAsync(run.Target);
        await run.WaitForCountsAsync(counts => counts.Active == 1);
        return holder;
    }

    private static async Task EndAsync(HostileRun run, Socket holder, Socket[] clients)
    {
        Assert.Equal(Seen.Answer, await Moves.AskAsync(holder));
        RunResult result = await run.EndAsync($"{clients.Length} without network");
        Assert.All(clients, client => client.Dispose());
        Assert.Equal($"client_reset {clients.Length}, completed 1", result.OutcomesText);
    }

    private static async Task EndAsync(HostileRun run, Socket[] clients, Action vanish, string outcome, int count)
    {
        vanish();
        await run.WaitForCountsAsync(counts => counts.Active == 0);
        RunResult result = await run.EndAsync($"{clients.Length} without network");
        Assert.All(clients, client => client.Dispose());
        Assert.Equal($"{outcome} {count}", result.OutcomesText);
    }

    /// <summary>Connections with the endpoint in the server's namespace, whether accepted or not.</summary>
    private int CountEstablished(HostileRun run) => _network.Server.Run(() => File.ReadLines("/proc/thread-self/net/tcp").Count(line => IsEstablished(line, run.Target.Port)));

    private static bool IsEstablished(string line, int port)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == "01";
    }
}
