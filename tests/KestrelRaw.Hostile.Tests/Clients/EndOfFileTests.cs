using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>FIN when a server least expects it.</summary>
public sealed class EndOfFileTests
{
    private const int Clients = 500;

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_EndBeforeTheFirstByte_EndAsClientClosed(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "FIN first", $"{Clients} half-close without a byte and read, {Clients} close without a byte"));
        Sightings seen = await Crowd.RunAsync(run.Target, 2 * Clients, (socket, number) => number % 2 == 0 ? Moves.HalfCloseAsync(socket) : Moves.CloseAsync(socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(Clients, seen[Seen.Closed]);
            Assert.Equal($"client_closed {2 * Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_EndRightBehindTheRequest_GetTheWholeAnswer(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "FIN right behind the request", $"{Clients} half-close behind the request, and read"));
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, (socket, _) => Moves.AskAndHalfCloseAsync(socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }

    /// <summary>The client's kernel answers what comes after that with a RST: whether the server's call for its own FIN sees it is a race.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_EndBothWaysBehindTheRequest_AreServedAndForgotten(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Both ways closed behind the request", $"{Clients} shut both directions behind the request and keep the socket, {Clients} close it"));
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, 2 * Clients);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        foreach (Socket socket in clients[..Clients])
        {
            socket.Shutdown(SocketShutdown.Both);
        }

        Sightings seen = await Crowd.RunAsync(clients[Clients..], Moves.CloseAsync);
        await run.WaitForCountsAsync(counts => counts.Finished["completed"] + counts.Finished["client_reset"] >= 2 * Clients);
        await Crowd.RunAsync(clients[..Clients], Moves.CloseAsync);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(2 * Clients, result["completed"] + result["client_reset"]);
        }
    }
}
