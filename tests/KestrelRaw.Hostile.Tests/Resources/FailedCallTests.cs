using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>System calls fail as they do on a machine that is short of something.</summary>
public sealed class FailedCallTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    /// <summary>EPERM is what a firewall does. A connection that has died in the queue (ECONNABORTED) is followed by the next, so that one is not for ever.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Accept_Fails_IsCountedAndGoesOn(ServerKind kind)
    {
        const int Clients = 20;
        string[] faults = ["error=ENFILE", "error=ENOBUFS", "error=ENOMEM", "error=EPERM", "error=ECONNABORTED:when=1..50"];
        Tools.SkipUnlessPresent("strace");
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "accept fails", $"accept4 fails with ENFILE, ENOBUFS, ENOMEM, EPERM and ECONNABORTED in turn (strace -e inject) while {Clients} clients wait")
            {
                // Rests for up to a second, and strace takes its time.
                GoodAnswerWithin = LongEnough,
            });
        var seen = new List<string>();
        foreach (string fault in faults)
        {
            seen.Add($"{await RunAsync(run, fault, Clients)}");
        }

        RunResult result = await run.EndAsync(string.Join("; ", seen.Distinct()));
        Assert.Equal([$"{Clients} answered"], seen.Distinct());
        Assert.Equal($"completed {faults.Length * Clients}", result.OutcomesText);
    }

    private static async Task<Sightings> RunAsync(HostileRun run, string fault, int clients)
    {
        long before = await run.Server.ReadAcceptErrorsAsync();
        Socket[] sockets;
        await using (await FaultInjector.StartAsync(run.ProcessId, "accept4", fault))
        {
            sockets = await RawClient.ConnectManyAsync(run.Target, clients, from: "127.0.0.2");
            Assert.True(await Poll.UntilAsync(async () => await run.Server.ReadAcceptErrorsAsync() > before, Until.Patience), $"{fault} was not counted.");
        }

        await Task.WhenAll(sockets.Select(socket => socket.SendAsync(RawClient.Request)));
        return await sockets.ReadAllToEndAsync(LongEnough);
    }
}
