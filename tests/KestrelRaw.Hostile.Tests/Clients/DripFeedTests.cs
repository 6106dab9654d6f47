using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Clients that send a byte now and again, and never come to an end.</summary>
public sealed class DripFeedTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(5);

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendAByteNowAndAgain_AreAnsweredAndEndedByTheLingersTotal(ServerKind kind)
    {
        const int Clients = 300;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Drip-feeders", $"{Clients} send a byte each {Pause.TotalMilliseconds} ms, before, during and after the work, without end; Linger 300 ms")
        {
            Settings = """ "Timeouts": { "Linger": "300ms" } """,
        });
        using var giveUp = new CancellationTokenSource();
        int ended = 0;
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, async (socket, _) =>
        {
            Task<bool> dripping = Moves.DripAsync(socket, Pause, giveUp.Token);
            Seen seen = await socket.ReadToEndAsync(Moves.Patience);
            giveUp.CancelAfter(GiveUp);
            Interlocked.Add(ref ended, await dripping ? 1 : 0);
            return seen;
        });

        RunResult result = await run.EndAsync($"{seen}; {ended} were ended by the server within {GiveUp.TotalSeconds} s");
        if (!run.IsStock)
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal(Clients, ended);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }
}
