using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>One address against all others: <c>Pool:PerClient</c> keeps room for these, whatever becomes of the excess.</summary>
public sealed class OneAddressTests
{
    private const int Slots = 50;
    private const int Share = 40;
    private const int Clients = 400;

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task OneAddress_AsksForAllUnderStopAccepting_WaitsForItsOwnSlots(ServerKind kind) =>
        await RunAsync(kind, "StopAccepting", static (seen, result) =>
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        });

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task OneAddress_AsksForAllUnderQueue_WaitsForItsOwnSlots(ServerKind kind) =>
        await RunAsync(kind, "Queue", static (seen, result) =>
        {
            Assert.Equal(Clients, seen[Seen.Answer]);
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        });

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task OneAddress_AsksForAllUnderReject_IsTurnedAwayBeyondItsShare(ServerKind kind) =>
        await RunAsync(kind, "Reject", static (seen, result) =>
        {
            // A slow machine spreads the connects over the time of more than one work.
            Assert.InRange(result["completed"], Share, Clients - 1);
            Assert.Equal(Clients, result["completed"] + result["rejected"]);
            Assert.Equal(result["completed"], seen[Seen.Answer]);
            Assert.Equal(result["rejected"], seen[Seen.Closed]);
        });

    private static async Task RunAsync(ServerKind kind, string whenFull, Action<Sightings, RunResult> check)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", $"One address against all, {whenFull}", $"{Clients} from one address ask a pool of {Slots} with PerClient {Share}")
        {
            Settings = $$""" "Pool": { "Size": {{Slots}}, "PerClient": {{Share}}, "WhenFull": "{{whenFull}}" } """,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients, from: "127.0.0.2");
        Sightings seen = await Crowd.RunAsync(clients, Moves.AskAsync);

        RunResult result = await run.EndAsync($"{seen}");
        check(seen, result);
    }
}
