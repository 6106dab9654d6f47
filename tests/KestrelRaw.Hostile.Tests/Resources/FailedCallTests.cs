using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>System calls fail as they do on a machine that is short of something.</summary>
public sealed class FailedCallTests
{
    /// <summary>The first exceptions load what the runtime makes their text with.</summary>
    private const int ForExceptions = 24;

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    /// <summary>EPERM is what a firewall does. A connection that has died in the queue (ECONNABORTED) is followed by the next, so that one is not for ever.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Accept_Fails_IsCountedAndGoesOn(ServerKind kind)
    {
        const int Clients = 20;
        string[] faults = ["error=ENFILE", "error=ENOBUFS", "error=ENOMEM", "error=EPERM", "error=ECONNABORTED:when=1..50"];
        Tools.SkipUnlessPresent("strace");
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "accept fails", $"accept4 fails with ENFILE, ENOBUFS, ENOMEM, EPERM and ECONNABORTED in turn (strace -e inject) while {Clients} clients wait")
            {
                // Rests for up to a second, and strace takes its time.
                GoodAnswerWithin = LongEnough,
                SpareDescriptors = ForExceptions,
            });
        var seen = new List<string>();
        foreach (string fault in faults)
        {
            seen.Add($"{await RunAsync(run, fault, Clients)}");
        }

        RunResult result = await run.EndAsync(string.Join("; ", seen.Distinct()));
        Assert.Equal([$"{Clients} answered"], seen.Distinct());
        Assert.Equal($"completed {faults.Length * Clients}", result.OutcomesText);
    }

    /// <summary>The kernel has no memory to watch a connection, or the user watches too much already: epoll_ctl(2).</summary>
    [Theory]
    [ClassData(typeof(AsyncTransports))]
    public async Task EpollControl_Fails_EachConnectionHasOneEnd(ServerKind kind)
    {
        const int Clients = 100;
        Tools.SkipUnlessPresent("strace");
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "epoll_ctl fails", $"epoll_ctl fails with ENOSPC (strace -e inject) while {Clients} clients come")
            {
                // The log has some of them, each with its stack trace.
                HasNoLog = true,
                HasNoGoodClients = true,
                SpareDescriptors = ForExceptions,
            });
        Socket[] sockets;
        await using (await FaultInjector.StartAsync(run.ProcessId, "epoll_ctl", "error=ENOSPC"))
        {
            sockets = await RawClient.ConnectManyAsync(run.Target, Clients, from: "127.0.0.2");
            await run.WaitForCountsAsync(counts => counts.Accepted >= Clients);
        }

        await Task.WhenAll(sockets.Select(TrySendAsync));
        Sightings seen = await sockets.ReadAllToEndAsync(LongEnough);
        await GoodClient.AskAsync(run.Target, RawClient.Response);
        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal($"completed 1, error {Clients}", result.OutcomesText);

        // One a second, and they were no half a minute.
        Assert.InRange(run.Server.Process.Output.Split('\n').Count(static line => line.Contains(" ERR]", StringComparison.Ordinal)), 1, 30);
        Assert.Equal(0, seen[Seen.Answer] + seen[Seen.StillOpen]);
        Assert.InRange(result.After!.Descriptors - result.Before.Descriptors, int.MinValue, ForExceptions);
    }

    private static async Task TrySendAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(RawClient.Request);
        }
        catch (SocketException)
        {
            // It has been reset.
        }
    }

    private static async Task<Sightings> RunAsync(HostileRun run, string fault, int clients)
    {
        long before = await run.Server.ReadAcceptErrorsAsync();
        Socket[] sockets;
        await using (await FaultInjector.StartAsync(run.ProcessId, "accept4", fault))
        {
            sockets = await RawClient.ConnectManyAsync(run.Target, clients, from: "127.0.0.2");
            Assert.True(await Poll.UntilAsync(async () => await run.Server.ReadAcceptErrorsAsync() > before, Until.Patience), $"{fault} was not counted.");
        }

        await Task.WhenAll(sockets.Select(socket => socket.SendAsync(RawClient.Request)));
        return await sockets.ReadAllToEndAsync(LongEnough);
    }
}
