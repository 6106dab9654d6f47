using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Shutdown;

/// <summary>SIGTERM while connections are at every stage of their lives.</summary>
public sealed class StageTests
{
    private const int Each = 5;

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_ConnectionsAtEveryStage_AllButTheSilentAreAnswered(ServerKind kind)
    {
        using var response = new LargeResponse();
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM at every stage", $"Of each {Each}: silent, in the work, in the send to a slow reader, in the linger, in the queue; ShutdownTimeout 12 s")
        {
            Settings = $$""" "Pool": { "Size": {{4 * Each}}, "WhenFull": "Queue" }, "Timeouts": { "Linger": "30s" } """,
            Arguments = ["--KestrelRaw:ShutdownTimeout=12s"],
            ResponseFile = response.Path,
        });
        Socket[] silent = await ConnectAsync(run, 1);
        Socket[] inLinger = await ConnectAsync(run, 2);
        await AskAsync(inLinger);
        Assert.All(await Task.WhenAll(inLinger.Select(socket => socket.ReadToEndAsync(Moves.Patience, response.Bytes))), seen => Assert.Equal(Seen.Answer, seen));
        Socket[] inSend = await ConnectAsync(run, 3, LargeResponse.KeepWindowSmall);
        await AskAsync(inSend);
        await Task.WhenAll(inSend.Select(socket => LargeResponse.ReadSomeAsync(socket, 1)));
        Socket[] inWork = await ConnectAsync(run, 4);
        Socket[] queued = await ConnectAsync(run, 5);
        await AskAsync(queued);
        await AskAsync(inWork);

        run.Terminate();
        Task<Sightings> resting = Crowd.RunAsync(inSend, ReadRestAsync);
        Sightings answered = await inWork.Concat(queued).ReadAllToEndAsync(Moves.Patience, response.Bytes);
        Sightings rests = await resting;
        Sightings ended = await silent.ReadAllToEndAsync(Moves.Patience);
        string outcomes = await run.EndAsync($"{answered}; {ended} of the silent");
        Assert.All(inLinger, socket => socket.Dispose());

        Assert.Equal(2 * Each, answered[Seen.Answer]);
        Assert.Equal(Each, rests[Seen.Answer]);
        Assert.Equal(Each, ended[Seen.Reset] + ended[Seen.Closed]);
        Assert.Equal($"completed {4 * Each}, aborted {Each}", outcomes);
    }

    /// <summary>A response without a length of its own ends with the FIN: half of one must end with a RST.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Terminated_SendOutlastsTheDeadline_EndsWithAReset(ServerKind kind)
    {
        using var response = new LargeResponse();
        await using ShutdownRun run = await ShutdownRun.StartAsync(kind, new Scene("Shutdown", "SIGTERM, readers that do not come to an end", $"{Each} have taken some of {LargeResponse.Megabytes} MB; ShutdownTimeout 1 s")
        {
            Arguments = ["--KestrelRaw:ShutdownTimeout=1s"],
            ResponseFile = response.Path,
        });
        Socket[] clients = await ConnectAsync(run, 1, LargeResponse.KeepWindowSmall);
        await AskAsync(clients);
        await Task.WhenAll(clients.Select(socket => LargeResponse.ReadSomeAsync(socket, 1)));
        run.Terminate();
        string outcomes = await run.EndAsync($"{Each} reset");
        Assert.Equal($"aborted {Each}", outcomes);
        await Task.WhenAll(clients.Select(socket => Assert.ThrowsAsync<SocketException>(() => LargeResponse.ReadSomeAsync(socket, LargeResponse.Megabytes * 1024 * 1024))));
        Assert.All(clients, socket => socket.Dispose());
    }

    /// <summary>So many more, each of which is where it was sent: in the pool or in its queue.</summary>
    private static async Task<Socket[]> ConnectAsync(ShutdownRun run, int stages, Action<Socket>? prepare = null)
    {
        Socket[] sockets = await RawClient.ConnectManyAsync(run.Target, Each, prepare: prepare);
        await run.WaitForCountsAsync(counts => counts.Active == stages * Each);
        return sockets;
    }

    private static Task AskAsync(Socket[] sockets) => Task.WhenAll(sockets.Select(socket => socket.SendAsync(RawClient.Request)));

    /// <summary>What is left of the response, slowly at first.</summary>
    private static async Task<Seen> ReadRestAsync(Socket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var giveUp = new CancellationTokenSource(Moves.Patience);
        long length = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer, giveUp.Token) is var count and > 0)
            {
                length += count;
                if (length < 1_000_000)
                {
                    await timer.WaitForNextTickAsync(giveUp.Token);
                }
            }
        }
        catch (SocketException)
        {
            return Seen.PartOfAnswer;
        }

        // One block or less had been read before.
        return length >= (LargeResponse.Megabytes * 1024 * 1024) - 4096 ? Seen.Answer : Seen.PartOfAnswer;
    }
}
