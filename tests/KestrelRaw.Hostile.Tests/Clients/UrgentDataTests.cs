using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>TCP's urgent data, which few servers have ever been sent.</summary>
public sealed class UrgentDataTests
{
    private const int Each = 200;

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendUrgentData_ItIsInputLikeAnyOther(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Urgent data", $"{Each} send an urgent byte alone, {Each} send them before, within and behind the request"));
        Sightings seen = await Crowd.RunAsync(run.Target, 2 * Each, (socket, number) => number % 2 == 0 ? Moves.SendUrgentAsync(socket) : Moves.AskWithUrgentAsync(socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(2 * Each, seen[Seen.Answer]);
            Assert.Equal($"completed {2 * Each}", result.OutcomesText);
        }
    }

    /// <summary>The linger is over before the client has all: a close with an urgent byte unread would be a RST, and the rest lost.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_SendUrgentDataBehindTheRequest_GetTheWholeResponse(ServerKind kind)
    {
        const int Clients = 20;
        using var response = new LargeResponse(megabytes: 1);
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Urgent data behind the request", $"{Clients} send an urgent byte behind the request, and read 1 MB in some 2 s; Linger 300 ms")
        {
            Settings = """ "Timeouts": { "Linger": "300ms" } """,
            ResponseFile = response.Path,
            IsTargetFull = true,
        });
        Sightings seen = await Crowd.RunAsync(
            run.Target,
            Clients,
            async (socket, _) =>
            {
                await socket.SendAsync(RawClient.Request);
                socket.Send("!"u8, SocketFlags.OutOfBand);
                return await response.ReadSlowlyAsync(socket, 4096, TimeSpan.FromMilliseconds(10));
            },
            LargeResponse.KeepWindowSmall);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.Answer]);
        Assert.Equal($"completed {Clients}", result.OutcomesText);
    }
}
