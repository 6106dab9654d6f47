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
    private const int EachSecond = 100;
    private const int Enough = EachSecond / 3;

    private readonly TestNetwork _network = new();
    private readonly TaskCompletionSource _isEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _refused = new(Until.Patience);
    private int _connected;

    public void Dispose()
    {
        _refused.Dispose();
        _network.Dispose();
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_HandshakesUnderWay_WhoeverIsConnectedIsAnswered(ServerKind kind)
    {
        using var link = new LossyLink(_network, new LinkConditions { Delay = TimeSpan.FromMilliseconds(150) }, seed: 1);
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, _network.Place(
            new Scene("Shutdown", "SIGTERM, clients connecting from far away", $"{EachSecond} a second begin to connect, round trip 300 ms; SIGTERM when {Enough} are connected, and on until one is refused")));
        Task<Sightings> asking = AskAsync(run);
        await _isEnough.Task.OrHang();
        run.Terminate();

        Sightings seen = await asking;
        string outcomes = await run.EndAsync($"{seen}");
        Assert.Equal($"completed {seen[Seen.Answer]}", outcomes);
        Assert.InRange(seen[Seen.Answer], Enough, int.MaxValue);
        Assert.InRange(seen[Seen.Refused], 1, int.MaxValue);
        Assert.Equal(seen.Total, seen[Seen.Answer] + seen[Seen.Refused]);
    }

    private async Task<Sightings> AskAsync(ShutdownRun run)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / EachSecond);
        var clients = new List<Task<Seen>>();
        while (!_refused.IsCancellationRequested)
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
            await _refused.CancelAsync();
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
