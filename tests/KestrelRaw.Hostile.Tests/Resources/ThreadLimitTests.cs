using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>Threads can't be created.</summary>
public sealed class ThreadLimitTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    /// <summary>With the model Threads some 20 connections get a thread at a time; the others don't need any.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Threads_FewerThanClients_AllAreServed(ServerKind kind)
    {
        const int Limit = 110;
        const int Clients = 300;
        await using ControlGroup group = ControlGroup.WithThreads(Limit);
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "No threads", $"{Limit} threads in the control group, {Clients} clients at once")
            {
                Prefix = group.Prefix,

                // Waits for its thread in turn with all the others.
                GoodAnswerWithin = TimeSpan.FromSeconds(12),
            });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients, from: "127.0.0.2");
        await Task.WhenAll(clients.Select(client => client.SendAsync(RawClient.Request)));
        Sightings seen = await clients.ReadAllToEndAsync(LongEnough);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }
}
