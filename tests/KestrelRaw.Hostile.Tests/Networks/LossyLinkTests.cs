using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Fuzzing;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>Bad networks lose, delay, double and reorder packets; no client may lose a byte.</summary>
public sealed class LossyLinkTests : IDisposable
{
    /// <summary>Where chance repeats itself: a packet that is lost four times is seconds late.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly LinkConditions Everything = new()
    {
        Loss = 0.05,
        Duplicates = 0.2,
        Delay = TimeSpan.FromMilliseconds(100),
        Jitter = TimeSpan.FromMilliseconds(50),
        BitsPerSecond = 64_000,
        Mtu = 576,
    };

    private static readonly Dictionary<string, LinkConditions> Links = new()
    {
        ["10 % loss"] = new() { Loss = 0.1 },
        ["100 ms +/- 50 ms each way"] = new() { Delay = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(50) },
        ["reordering"] = new() { Delay = TimeSpan.FromMilliseconds(5), Jitter = TimeSpan.FromMilliseconds(5) },
        ["20 % doubled"] = new() { Duplicates = 0.2 },
        ["64 kbit/s"] = new() { BitsPerSecond = 64_000 },
        ["MTU 576"] = new() { Mtu = 576 },
        ["all of it, 5 % loss"] = Everything,
    };

    private readonly TestNetwork _network = new();

    /// <summary>Link, clients, kilobytes of the response: at 64 kbit/s a second is 8 KB.</summary>
    public static TheoryData<ServerKind, string, int, int> Cases { get; } = [.. new EveryTransport().SelectMany(kind => Links.Select(
        link => (kind.Data, link.Key, link.Value.BitsPerSecond is null ? 30 : 2, link.Value.BitsPerSecond is null ? 100 : 12)))];

    public void Dispose() => _network.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task BadLink_ResponseOfManyPackets_IsWhole(ServerKind kind, string link, int clients, int kilobytes)
    {
        string file = Path.GetTempFileName();
        try
        {
            byte[] response = new byte[kilobytes * 1024];
            new Random(1).NextBytes(response);
            await File.WriteAllBytesAsync(file, response, TestContext.Current.CancellationToken);
            await AskAsync(kind, link, clients, file, response);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public Task BadLink_StandardResponse_IsWhole(ServerKind kind) => AskAsync(kind, "all of it, 5 % loss", clients: 10, file: null, RawClient.Response);

    private async Task AskAsync(ServerKind kind, string conditions, int clients, string? file, byte[] response)
    {
        int seed = FuzzRound.Seed;
        TestContext.Current.TestOutputHelper!.WriteLine($"KESTRELRAW_FUZZ_SEED={seed}");
        using var link = new LossyLink(_network, Links[conditions], seed);
        await using HostileRun run = await HostileRun.StartAsync(kind, _network.Place(new Scene("Network", $"Bad link: {conditions}", $"{clients} clients ask for {response.Length:N0} bytes over such a link")
        {
            ResponseFile = file,
        }));
        Socket[] sockets = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => ConnectAsync(run)));
        var seen = await Crowd.RunAsync(sockets, async socket =>
        {
            await socket.SendAsync(RawClient.Request);
            return await socket.ReadToEndAsync(Patience, response);
        });
        TestContext.Current.TestOutputHelper.WriteLine($"{link}");
        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal(clients, seen[Seen.Answer]);
        Assert.Equal($"completed {clients}", result.OutcomesText);
    }

    private async Task<Socket> ConnectAsync(HostileRun run)
    {
        Socket socket = _network.Clients.CreateSocket();
        await socket.ConnectAsync(run.Target).WaitAsync(Patience);
        return socket;
    }
}
