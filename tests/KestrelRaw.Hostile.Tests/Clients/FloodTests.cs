using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Connections that come by the ten thousand, and want nothing.</summary>
public sealed class FloodTests
{
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ConnectAndClose10000ASecond_EndAsClientClosed(ServerKind kind)
    {
        const int Rate = 10_000;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Connect-and-close flood", $"{3 * Rate:N0} connect and close, {Rate:N0} a second are meant"));
        FloodResult flood = await Flood.RunAsync(run.Target, 3 * Rate, Rate, static socket => socket.Dispose());

        RunResult result = await run.EndAsync($"{flood}");
        if (!run.IsStock)
        {
            Assert.Equal($"client_closed {flood.Connected}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ConnectAndResetAsFastAsTheyCan_EndAsClientReset(ServerKind kind)
    {
        const int Clients = 20_000;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "RST storm", $"{Clients:N0} connect, ask and reset (SO_LINGER 0), as fast as they can"));
        FloodResult flood = await Flood.RunAsync(run.Target, Clients, rate: int.MaxValue, static socket =>
        {
            socket.Send(RawClient.Request);
            socket.Reset();
        });

        RunResult result = await run.EndAsync($"{flood}");
        if (!run.IsStock)
        {
            Assert.Equal($"client_reset {flood.Connected}", result.OutcomesText);
        }
    }
}
