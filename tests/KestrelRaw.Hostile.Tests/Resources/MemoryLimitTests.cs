using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>Little memory, and no more to be had: the kernel kills who takes more.</summary>
[Collection(nameof(RunsAlone))]
public sealed class MemoryLimitTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Memory_OfAContainer_ManyAreHeldAndAnswered(ServerKind kind)
    {
        const int Megabytes = 200;
        int held = kind == ServerKind.Threads ? 2_000 : 10_000;
        await using ControlGroup group = ControlGroup.WithMemory(Megabytes);
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Little memory", $"a control group with {Megabytes} MB, {held:N0} connections held at once")
            {
                Prefix = group.Prefix,
                MemoryMegabytes = Megabytes,

                // The machine does nothing but connect for a while.
                GoodAnswerWithin = TimeSpan.FromSeconds(10),
            });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, held, from: "127.0.0.2");
        await run.WaitForCountsAsync(counts => counts.Active >= held);
        await Task.WhenAll(clients.Select(client => client.SendAsync(RawClient.Request)));
        Sightings seen = await clients.ReadAllToEndAsync(LongEnough);

        RunResult result = await run.EndAsync($"{seen}; {group.PeakMegabytes} MB at most, {group.MemoryKills} killed");
        Assert.Equal(0, run.IsStock ? 0 : group.MemoryKills);
        if (!run.IsStock)
        {
            Assert.Equal($"completed {held}", result.OutcomesText);
        }
    }
}
