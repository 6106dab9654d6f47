using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>TCP's urgent data, which few servers have ever been sent.</summary>
public sealed class UrgentDataTests
{
    private const int Each = 200;

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendUrgentData_ItIsNoPartOfTheRequest(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Urgent data", $"{Each} send an urgent byte alone, {Each} send them before, within and behind the request; FirstByte 2 s")
        {
            Settings = """ "Timeouts": { "FirstByte": "2s" } """,
        });
        Sightings seen = await Crowd.RunAsync(run.Target, 2 * Each, (socket, number) => number % 2 == 0 ? Moves.SendUrgentAsync(socket) : Moves.AskWithUrgentAsync(socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(Each, seen[Seen.Answer]);
            Assert.Equal($"completed {Each}, first_byte_timeout {Each}", result.OutcomesText);
        }
    }
}
