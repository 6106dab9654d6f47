using System.Globalization;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>No descriptor is left for another connection.</summary>
public sealed class DescriptorTests
{
    private static readonly TimeSpan Length = Patience.CaseLength(5);

    /// <summary>The good client waits in the kernel's queue with the others, from the beginning to the end.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Descriptors_AllTaken_OthersWaitInTheKernelAndAreServed(ServerKind kind)
    {
        const int Clients = 400;
        Tools.SkipUnlessPresent("prlimit");
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "No descriptors", $"300 descriptors, {Clients} clients; those that were accepted keep silent for {Length.TotalSeconds} s")
            {
                Prefix = ["prlimit", "--nofile=300:300"],
                Settings = """ "Timeouts": { "FirstByte": "1h" } """,
                GoodAnswerWithin = Length + TimeSpan.FromSeconds(10),
            });
        int linesBefore = run.LogLines;
        Socket[] clients = await RawClient.ConnectManyAsync(run.Target, Clients, from: "127.0.0.2");
        await WaitUntilFullAsync(run);

        Assert.True(await AsksAdminAsync(run), "The admin surface had no descriptor.");
        run.IsWatchPaused = true;
        var processor = new ProcessorMeter(run.ProcessId);
        await Task.Delay(Length);
        double? share = processor.ReadShare();
        int lines = run.LogLines - linesBefore;
        run.IsWatchPaused = false;

        await Task.WhenAll(clients.Select(TrySendAsync));
        Sightings seen = await clients.ReadAllToEndAsync(Length + Until.Patience);
        RunResult result = await run.EndAsync(
            $"{seen}; {share?.ToString("P0", CultureInfo.InvariantCulture) ?? "the process ended"} of a processor and {lines:N0} log lines meanwhile");
        if (!run.IsStock)
        {
            Assert.Equal($"completed {Clients}", result.OutcomesText);
            Assert.InRange(share!.Value, 0, 0.4);
            Assert.InRange(lines, 0, 5);
        }
    }

    /// <summary>What the server gives away, and not more.</summary>
    private static async Task WaitUntilFullAsync(HostileRun run)
    {
        if (!run.IsStock)
        {
            Assert.True(await Poll.UntilAsync(async () => await run.Server.ReadAcceptErrorsAsync() > 0, Until.Patience));
        }
    }

    /// <summary>On a connection of its own: that one needs a descriptor too.</summary>
    private static async Task<bool> AsksAdminAsync(HostileRun run)
    {
        if (run.IsStock)
        {
            return true;
        }

        using var client = new HttpClient { BaseAddress = run.Server.Admin, Timeout = Until.Patience };
        using HttpResponseMessage answer = await client.GetAsync("/healthz/live");
        return answer.IsSuccessStatusCode;
    }

    private static async Task TrySendAsync(Socket client)
    {
        try
        {
            await client.SendAsync(RawClient.Request);
        }
        catch (SocketException)
        {
            // A server that was not up to it is gone.
        }
    }
}
