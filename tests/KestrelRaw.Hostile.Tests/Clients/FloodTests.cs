using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Connections that come by the ten thousand, and want nothing.</summary>
[Collection(nameof(RunsAlone))]
public sealed class FloodTests
{
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ConnectAndClose10000ASecond_EndAsClientClosed(ServerKind kind)
    {
        int rate = 10_000 / SlowerBy(kind);
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Connect-and-close flood", $"{3 * rate:N0} connect and close, {rate:N0} a second are meant"));
        FloodResult flood = await Flood.RunAsync(run.Target, 3 * rate, rate, static socket => socket.Dispose());

        RunResult result = await run.EndAsync($"{flood}");
        if (!run.IsStock)
        {
            CheckAllEndAs("client_closed", flood, result);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ConnectAndResetAsFastAsTheyCan_EndAsClientReset(ServerKind kind)
    {
        int clients = 20_000 / SlowerBy(kind);
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST storm", $"{clients:N0} connect, ask and reset (SO_LINGER 0), as fast as they can")
        {
            // The kernel's accept queue is full at times. It drops a good client's SYN too, which is repeated after a second.
            GoodAnswerWithin = TimeSpan.FromSeconds(10),
        });
        FloodResult flood = await Flood.RunAsync(run.Target, clients, rate: int.MaxValue, static socket =>
        {
            socket.Send(RawClient.Request);
            socket.Reset();
        });

        RunResult result = await run.EndAsync($"{flood}");
        if (!run.IsStock)
        {
            CheckAllEndAs("client_reset", flood, result);
        }
    }

    /// <summary>
    /// All that came to be. While the kernel's accept queue is full it drops the last packet of a handshake: that client takes
    /// itself for connected, and if it resets, nobody here ever hears of it.
    /// </summary>
    private static void CheckAllEndAs(string outcome, FloodResult flood, RunResult result)
    {
        Assert.InRange(result[outcome], flood.Connected / 2, flood.Connected);
        Assert.Equal($"{outcome} {result[outcome]}", result.OutcomesText);
    }

    /// <summary>A thread for each connection takes some hundred microseconds to come and go: what floods an unlimited pool of them is less.</summary>
    private static int SlowerBy(ServerKind kind) => kind == ServerKind.Threads ? 10 : 1;
}
