using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Clients that connect and keep the server waiting.</summary>
public sealed class SilentClientTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendNothing_EndAsFirstByteTimeout(ServerKind kind)
    {
        const int Clients = 1000;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Silent", $"{Clients:N0} connect and send nothing; FirstByte 2 s")
        {
            Settings = """ "Timeouts": { "FirstByte": "2s" } """,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients);
        Sightings seen = await clients.ReadAllToEndAsync(LongEnough);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"first_byte_timeout {Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_SendNothingAndFillThePool_HoldItNoLongerThanFirstByte(ServerKind kind)
    {
        const int Clients = 300;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Silent, pool filled", $"{Clients} connect to a pool of 100 and send nothing; FirstByte 1 s")
        {
            Settings = """ "Pool": { "Size": 100 }, "Timeouts": { "FirstByte": "1s" } """,
            IsTargetFull = true,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients);
        Sightings seen = await clients.ReadAllToEndAsync(LongEnough);

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"first_byte_timeout {Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task OneAddress_SendsNothingAndFillsItsShare_OthersAreServed(ServerKind kind)
    {
        const int Clients = 300;
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Silent, one address", $"{Clients} from one address connect to a pool of 100 with PerClient 90 and send nothing; FirstByte 1 s")
        {
            Settings = """ "Pool": { "Size": 100, "PerClient": 90, "WhenFull": "Queue" }, "Timeouts": { "FirstByte": "1s" } """,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients, from: "127.0.0.2");
        Sightings seen = await clients.ReadAllToEndAsync(LongEnough);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal($"first_byte_timeout {Clients}", result.OutcomesText);
    }
}
