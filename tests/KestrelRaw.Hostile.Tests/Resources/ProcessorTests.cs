using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>The server gets little of a processor, or none for a while. No client is to blame for that.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ProcessorTests
{
    private static readonly TimeSpan FirstByte = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    /// <summary>A first byte that is in the kernel in time is in time, whenever the server comes to look.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Processor_OnlyASliver_NobodyIsTimedOut(ServerKind kind)
    {
        const int Clients = 500;

        // A thread for each of 500 clients takes more than two seconds of a processor to make.
        int percent = kind == ServerKind.Threads ? 30 : 8;
        await using ControlGroup group = ControlGroup.WithProcessor(percent);
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "A sliver of a processor", $"{percent} % of a processor, {Clients} clients at once that send at once; FirstByte {FirstByte.TotalMilliseconds} ms, Work 2 s")
            {
                Settings = $$""" "Timeouts": { "FirstByte": "{{FirstByte.TotalMilliseconds}}ms", "Work": "2s" } """,
                GoodAnswerWithin = LongEnough,
            });
        group.Add(run.ProcessId);
        (Sightings seen, int late) = await AskAllAsync(run, Clients);
        group.FreeProcessor();

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            CheckNobodyIsWronged(result, Clients, late);
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
            new Scene("Resources", "Busy neighbors", $"{loops} busy loops for 3 s, {Clients} clients at once that send at once; FirstByte {FirstByte.TotalMilliseconds} ms, Work 2 s")
            {
                Settings = $$""" "Timeouts": { "FirstByte": "{{FirstByte.TotalMilliseconds}}ms", "Work": "2s" } """,
                GoodAnswerWithin = LongEnough,
            });
        Process[] busy = [.. Enumerable.Range(0, loops).Select(_ => Process.Start("timeout", ["3", "sh", "-c", "while :; do :; done"]))];
        (Sightings seen, int late) = await AskAllAsync(run, Clients);
        await Task.WhenAll(busy.Select(loop => loop.WaitForExitAsync())).OrHang();
        Array.ForEach(busy, loop => loop.Dispose());

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            CheckNobodyIsWronged(result, Clients, late);
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

    /// <summary>The test gets little of the processors, too: some of its clients may really be late.</summary>
    /// <returns>What they saw, and how many had not sent within FirstByte.</returns>
    private static async Task<(Sightings Seen, int Late)> AskAllAsync(HostileRun run, int clients)
    {
        int late = 0;
        Seen[] seen = await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            long start = Stopwatch.GetTimestamp();
            using Socket client = await RawClient.ConnectAsync(run.Target, from: "127.0.0.2");
            client.Send(RawClient.Request);
            if (Stopwatch.GetElapsedTime(start) > FirstByte)
            {
                Interlocked.Increment(ref late);
            }

            return await client.ReadToEndAsync(LongEnough);
        }));
        return (new Sightings(seen), late);
    }

    private static void CheckNobodyIsWronged(RunResult result, int clients, int late)
    {
        Assert.InRange(result["first_byte_timeout"], 0, late);
        Assert.Equal(clients, result["completed"] + result["first_byte_timeout"]);
    }

    private static Task SendAllAsync(Socket[] clients) => Task.WhenAll(clients.Select(client => client.SendAsync(RawClient.Request)));
}
