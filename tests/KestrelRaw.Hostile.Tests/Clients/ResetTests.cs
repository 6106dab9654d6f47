using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>RST at every stage of a connection's life.</summary>
public sealed class ResetTests
{
    private const int Clients = 500;

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ResetBeforeTheFirstByte_EndAsClientReset(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST before the first byte", $"{Clients} connect, and reset once they are served"));
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients);
        await run.WaitForCountsAsync(counts => counts.Active >= Clients);
        Sightings seen = await Crowd.RunAsync(clients, Moves.ResetAsync);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"client_reset {Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ResetDuringTheWork_EndAtOnceAsClientReset(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST during the work", $"{Clients} ask for what takes 30 s, and reset")
        {
            Work = TimeSpan.FromSeconds(30),
            HasNoGoodClients = true,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        await run.WaitForCountsAsync(counts => counts.Active == Clients);
        Sightings seen = await Crowd.RunAsync(clients, Moves.ResetAsync);
        await run.WaitForCountsAsync(counts => counts.Active == 0);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"client_reset {Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_ResetInTheMidstOfTheResponse_EndAsClientReset(ServerKind kind)
    {
        const int Readers = 100;
        using var response = new LargeResponse();
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST in the midst of the response", $"{Readers} read 64 KB of {LargeResponse.Megabytes} MB, and reset")
        {
            ResponseFile = response.Path,
            IsTargetFull = true,
        });
        Sightings seen = await Crowd.RunAsync(
            run.Target,
            Readers,
            async (socket, _) =>
            {
                await socket.SendAsync(RawClient.Request);
                await LargeResponse.ReadSomeAsync(socket, 64 * 1024);
                return await Moves.ResetAsync(socket);
            },
            LargeResponse.KeepWindowSmall);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal($"client_reset {Readers}", result.OutcomesText);
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ResetInTheLinger_EndAsCompleted(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST in the linger", $"{Clients} read the whole answer, and reset instead of closing"));
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, (socket, _) => Moves.AskAndResetInTheLingerAsync(socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }
}
