using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Clients that send far more than a request.</summary>
public sealed class LargeInputTests
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(5);

    /// <summary>The last of it reaches the server in the linger: a close without one would be a RST, and the answer lost.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_Send10MegabytesBeforeTheyRead_GetTheWholeAnswer(ServerKind kind)
    {
        const int Clients = 40;
        byte[] input = new byte[10 * 1024 * 1024];
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "10 MB of input", $"{Clients} send 10 MB each, and only then read"));
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, (socket, _) => Moves.SendAndReadAsync(socket, input));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }

    /// <summary>What ends it is the linger's cap of 64 MiB or its total time, whichever is first.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendWithoutEnd_AreAnsweredAndEndedByTheLingersBounds(ServerKind kind)
    {
        const int Clients = 10;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Input without end", $"{Clients} send without end, as fast as they can, and read meanwhile; Linger 300 ms")
        {
            Settings = """ "Timeouts": { "Linger": "300ms" } """,
        });
        using var giveUp = new CancellationTokenSource();
        int ended = 0;
        Sightings seen = await Crowd.RunAsync(run.Target, Clients, async (socket, _) =>
        {
            Task<bool> pouring = Moves.PourAsync(socket, giveUp.Token);
            Seen seen = await socket.ReadToEndAsync(Moves.Patience);
            giveUp.CancelAfter(GiveUp);
            Interlocked.Add(ref ended, await pouring ? 1 : 0);
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
