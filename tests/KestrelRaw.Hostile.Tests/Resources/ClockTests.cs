using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>Somebody sets the wall clock.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    /// <summary>The server's own Date header says that steps reach it.</summary>
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clock_IsStepped_WaitsAndTimeoutsDoNotCare(ServerKind kind)
    {
        const int Each = 100;
        TimeSpan[] steps = [TimeSpan.FromDays(1), -TimeSpan.FromDays(1), TimeSpan.FromHours(1), -TimeSpan.FromHours(1), TimeSpan.Zero];
        using var clock = new Clock();
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Clock stepped", $"the wall clock goes ±1 day and ±1 h wrong in the middle of the work of {Each} clients each; delay {Delay.TotalMilliseconds} ms, FirstByte 10 s, Work 10 s")
            {
                Prefix = clock.Prefix,

                // libfaketime makes the start and the end of a process many times slower.
                ExpectedError = "is still held",
                Work = Delay,
                Settings = """ "Timeouts": { "FirstByte": "10s", "Work": "10s" } """,
            });
        var times = new ConcurrentBag<TimeSpan>();
        foreach (TimeSpan step in steps)
        {
            Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Each, from: "127.0.0.2");
            Task answers = Task.WhenAll(clients.Select(client => AskAsync(client, times)));
            clock.Step(step);
            await answers.OrHang();
            if (step == steps[0])
            {
                Assert.InRange(await ReadDateAsync(run) - DateTimeOffset.UtcNow - step, TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
            }
        }

        RunResult result = await run.EndAsync($"{times.Count} answered after {times.Min().TotalMilliseconds:0} to {times.Max().TotalMilliseconds:0} ms");
        Assert.Equal($"completed {steps.Length * Each}", result.OutcomesText);
        Assert.True(times.Min() >= 0.9 * Delay);
        Assert.True(times.Max() < Delay + Until.Patience);
    }

    private static async Task AskAsync(Socket client, ConcurrentBag<TimeSpan> times)
    {
        using (client)
        {
            long start = Stopwatch.GetTimestamp();
            await client.SendAsync(RawClient.Request);
            Assert.Equal(Seen.Answer, await client.ReadToEndAsync(Until.Patience));
            times.Add(Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Kestrel's clock of this header ticks once a second: asks until it has.</summary>
    private static async Task<DateTimeOffset> ReadDateAsync(HostileRun run)
    {
        using var client = new HttpClient { BaseAddress = run.Server.Admin, Timeout = Until.Patience };
        DateTimeOffset? first = null;
        DateTimeOffset? date = null;
        await Poll.UntilAsync(
            async () =>
            {
                using HttpResponseMessage answer = await client.GetAsync("/healthz/live");
                date = answer.Headers.Date;
                first ??= date;
                return date != first;
            },
            Until.Patience);
        return date!.Value;
    }
}
