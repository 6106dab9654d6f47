using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>The server gets little of a processor, or none for a while. No client is to blame for that.</summary>
public sealed class ProcessorTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    /// <summary>A first byte that is in the kernel in time is in time, whenever the server comes to look.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Processor_OnlyASliver_NobodyIsTimedOut(ServerKind kind)
    {
        const int Percent = 8;
        const int Clients = 500;
        await using ControlGroup group = ControlGroup.WithProcessor(Percent);
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "A sliver of a processor", $"{Percent} % of a processor, {Clients} clients at once that send at once; FirstByte 500 ms, Work 2 s")
            {
                Settings = """ "Timeouts": { "FirstByte": "500ms", "Work": "2s" } """,
                GoodAnswerWithin = LongEnough,
            });
        group.Add(run.ProcessId);
        Sightings seen = await AskAllAsync(run, Clients);
        group.FreeProcessor();

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Processor_OthersAreBusyOnIt_NobodyIsTimedOut(ServerKind kind)
    {
        const int Clients = 500;
        int loops = 4 * Environment.ProcessorCount;
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Busy neighbors", $"{loops} busy loops for 3 s, {Clients} clients at once that send at once; FirstByte 500 ms, Work 2 s")
            {
                Settings = """ "Timeouts": { "FirstByte": "500ms", "Work": "2s" } """,
                GoodAnswerWithin = LongEnough,
            });
        Process[] busy = [.. Enumerable.Range(0, loops).Select(_ => Process.Start("timeout", ["3", "sh", "-c", "while :; do :; done"]))];
        Sightings seen = await AskAllAsync(run, Clients);
        await Task.WhenAll(busy.Select(loop => loop.WaitForExitAsync())).OrHang();
        Array.ForEach(busy, loop => loop.Dispose());

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal($"completed {Clients}", result.OutcomesText);
        }
    }

    /// <summary>Every timer is overdue when the process goes on, and what it waited for has come meanwhile.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Process_IsStoppedForAWhile_OnlyTheSilentAreTimedOut(ServerKind kind)
    {
        const int Each = 200;
        TimeSpan stop = TimeSpan.FromSeconds(3);
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene(
                "Resources",
                "Stopped",
                $"SIGSTOP for {stop.TotalSeconds} s: {Each} clients that send meanwhile, {Each} in the work, {Each} that have their answer, {Each} silent; FirstByte 2 s, Work 2 s, delay 1 s")
            {
                Work = TimeSpan.FromSeconds(1),
                Settings = """ "Timeouts": { "FirstByte": "2s", "Work": "2s" } """,
                GoodAnswerWithin = LongEnough,

                // For all that the server can know.
                ExpectedError = "event loop",
            });
        Socket[] answered = await RawClient.ConnectManyAsync(run.Target, Each, from: "127.0.0.2");
        await SendAllAsync(answered);
        await Task.WhenAll(answered.Select(client => client.ReceiveAsync(new byte[1], SocketFlags.Peek).OrHang()));

        Socket[] working = await RawClient.ConnectManyAsync(run.Target, Each, from: "127.0.0.5");
        await SendAllAsync(working);
        Socket[] silent = await RawClient.ConnectManyAsync(run.Target, Each, from: "127.0.0.3");
        Socket[] sending = await RawClient.ConnectManyAsync(run.Target, Each, from: "127.0.0.4");
        await run.WaitForCountsAsync(counts => counts.Active >= 2 * Each);

        Signals.Send(run.ProcessId, ServerProcess.SigStop);
        await SendAllAsync(sending);
        await Task.Delay(stop);
        Signals.Send(run.ProcessId, ServerProcess.SigContinue);
        Sightings[] seen = await Task.WhenAll(
            sending.ReadAllToEndAsync(LongEnough), working.ReadAllToEndAsync(LongEnough), answered.ReadAllToEndAsync(LongEnough), silent.ReadAllToEndAsync(LongEnough));

        RunResult result = await run.EndAsync(string.Join("; ", seen.Select(each => each.ToString())));
        if (!run.IsStock)
        {
            Assert.Equal($"completed {3 * Each}, first_byte_timeout {Each}", result.OutcomesText);
            Assert.All(seen[..3], each => Assert.Equal(Each, each[Seen.Answer]));
        }
    }

    private static async Task<Sightings> AskAllAsync(HostileRun run, int clients)
    {
        Socket[] sockets = await RawClient.ConnectManyAsync(run.Target, clients, from: "127.0.0.2");
        await SendAllAsync(sockets);
        return await sockets.ReadAllToEndAsync(LongEnough);
    }

    private static Task SendAllAsync(Socket[] clients) => Task.WhenAll(clients.Select(client => client.SendAsync(RawClient.Request)));
}
