using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.Hostile.Tests.Shutdown;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>SIGTERM while clients are connecting from far away: half a round trip long, they are connected and the server does not know.</summary>
public sealed class DistantShutdownTests : IDisposable
{
    private const int Clients = 100;
    private const int Enough = Clients / 3;

    private readonly TestNetwork _network = new();
    private readonly TaskCompletionSource _isEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connected;

    public void Dispose() => _network.Dispose();

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_HandshakesUnderWay_WhoeverIsConnectedIsAnswered(ServerKind kind)
    {
        using var link = new LossyLink(_network, new LinkConditions { Delay = TimeSpan.FromMilliseconds(150) }, seed: 1);
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, _network.Place(
            new Scene("Shutdown", "SIGTERM, clients connecting from far away", $"{Clients} begin to connect within 1 s, round trip 300 ms; SIGTERM in the middle")));
        Task<Sightings> asking = AskAsync(run, Clients);
        await _isEnough.Task.OrHang();
        run.Terminate();

        Sightings seen = await asking;
        string outcomes = await run.EndAsync($"{seen}");
        Assert.Equal(Clients, seen[Seen.Answer] + seen[Seen.Refused]);
        Assert.Equal($"completed {seen[Seen.Answer]}", outcomes);
        Assert.InRange(seen[Seen.Answer], Enough, Clients - 1);
    }

    private async Task<Sightings> AskAsync(ShutdownRun run, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / count);
        var clients = new List<Task<Seen>>();
        while (clients.Count < count)
        {
            clients.Add(AskOneAsync(run));
            await timer.WaitForNextTickAsync();
        }

        return new Sightings(await Task.WhenAll(clients));
    }

    private async Task<Seen> AskOneAsync(ShutdownRun run)
    {
        using Socket socket = _network.Clients.CreateSocket();
        try
        {
            await socket.ConnectAsync(run.Target).OrHang();
        }
        catch (SocketException)
        {
            return Seen.Refused;
        }

        if (Interlocked.Increment(ref _connected) == Enough)
        {
            _isEnough.SetResult();
        }

        await socket.SendAsync(RawClient.Request);
        return await socket.ReadToEndAsync(Moves.Patience);
    }
}
