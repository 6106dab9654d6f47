using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Clients that don't take a large response, or take their time for it.</summary>
public sealed class UnreadResponseTests
{
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_NeverRead_EndAsSendTimeoutAndCostNoMemory(ServerKind kind)
    {
        const int Clients = 200;
        using var response = new LargeResponse();
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Never read", $"{Clients} ask for {LargeResponse.Megabytes} MB and read nothing; Send 1 s")
        {
            Settings = """ "Timeouts": { "Send": "1s" } """,
            ResponseFile = response.Path,
            IsTargetFull = true,

            // One copy of the response for each would be 3,200.
            MemoryMegabytes = 60,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients, prepare: LargeResponse.KeepWindowSmall);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        await run.WaitForCountsAsync(counts => counts.Finished["send_timeout"] == Clients);
        Sightings seen = await clients.ReadAllToEndAsync(Moves.Patience, response.Bytes);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.PartOfAnswer]);
        Assert.Equal(Clients, result["send_timeout"]);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_ReadSlowlyWithinSend_GetTheWholeResponse(ServerKind kind)
    {
        const int Clients = 20;
        using var response = new LargeResponse();
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Slow readers, in time", $"{Clients} take some 2 s to read {LargeResponse.Megabytes} MB; Send 30 s")
        {
            ResponseFile = response.Path,
            IsTargetFull = true,
        });
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, async (socket, _) =>
        {
            await socket.SendAsync(RawClient.Request);
            return await response.ReadSlowlyAsync(socket, 256 * 1024, TimeSpan.FromMilliseconds(30));
        });

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.Answer]);
        Assert.Equal($"completed {Clients}", result.OutcomesText);
    }

    /// <summary>Send is for the whole response, however steadily a client reads: else a byte a second would hold a slot for ever.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_ReadSteadilyBeyondSend_EndAsSendTimeout(ServerKind kind)
    {
        const int Clients = 20;
        using var response = new LargeResponse();
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Slow readers, beyond Send", $"{Clients} would take 80 s to read {LargeResponse.Megabytes} MB, 2 KB each 10 ms; Send 1 s")
        {
            Settings = """ "Timeouts": { "Send": "1s" } """,
            ResponseFile = response.Path,
            IsTargetFull = true,
        });
        Sightings seen = await Crowd.RunAsync(
            run.Target,
            Clients,
            async (socket, _) =>
            {
                await socket.SendAsync(RawClient.Request);
                return await response.ReadSlowlyAsync(socket, 2048, TimeSpan.FromMilliseconds(10));
            },
            LargeResponse.KeepWindowSmall);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.PartOfAnswer]);
        Assert.Equal(Clients, result["send_timeout"]);
    }
}
