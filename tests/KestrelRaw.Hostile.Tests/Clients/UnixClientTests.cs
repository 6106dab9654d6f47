using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>The same behind a Unix domain socket, which knows no RST: a client that closes is gone for good, in both directions.</summary>
public sealed class UnixClientTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kestrelraw-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "s");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_AllDoDifferentThings_EachGetsItsOwnOutcome(ServerKind kind)
    {
        const int Each = 100;
        Func<Socket, Task<Seen>>[] kinds =
        [
            Moves.AskAsync,
            Moves.AskAndHalfCloseAsync,
            static socket => Moves.SendAndReadAsync(socket, new byte[1024 * 1024]),
            Moves.StaySilentAsync,
            Moves.HalfCloseAsync,
            Moves.CloseAsync,
            AskAndCloseAsync,
        ];
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Mix, Unix domain socket", $"{kinds.Length * Each} of {kinds.Length} kinds at once; FirstByte 3 s")
        {
            Settings = """ "Timeouts": { "FirstByte": "3s" } """,
            UnixPath = Path,
            IsTargetFull = true,
        });
        Sightings seen = await Crowd.RunAsync(run.TargetAddress, kinds.Length * Each, (socket, number) => kinds[number % kinds.Length](socket));

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(3 * Each, seen[Seen.Answer]);
        Assert.Equal(2 * Each, seen[Seen.Closed]);
        Assert.Equal($"client_closed {2 * Each}, client_reset {Each}, completed {3 * Each}, first_byte_timeout {Each}", result.OutcomesText);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_NeverRead_EndAsSendTimeout(ServerKind kind)
    {
        const int Clients = 100;
        using var response = new LargeResponse();
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Never read, Unix domain socket", $"{Clients} ask for {LargeResponse.Megabytes} MB and read nothing; Send 1 s")
        {
            Settings = """ "Timeouts": { "Send": "1s" } """,
            ResponseFile = response.Path,
            UnixPath = Path,
            IsTargetFull = true,
            MemoryMegabytes = 60,
        });
        Socket[] clients = await RawClient.ConnectManyAsync(run.TargetAddress, Clients);
        await Task.WhenAll(clients.Select(socket => socket.SendAsync(RawClient.Request)));
        await run.WaitForCountsAsync(counts => counts.Finished["send_timeout"] == Clients);
        Sightings seen = await clients.ReadAllToEndAsync(Moves.Patience, response.Bytes);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.PartOfAnswer]);
        Assert.Equal(Clients, result["send_timeout"]);
    }

    private static async Task<Seen> AskAndCloseAsync(Socket socket)
    {
        await socket.SendAsync(RawClient.Request);
        return await Moves.CloseAsync(socket);
    }
}
