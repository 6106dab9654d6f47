using System.Globalization;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>slowhttptest as an outside judge. It asks for a good answer all the time, and says whether there was one.</summary>
[Collection(nameof(RunsAlone))]
public sealed class SlowHttpTests : IDisposable
{
    private const int Connections = 500;
    private const string Tool = "slowhttptest";

    private readonly string _directory = Directory.CreateTempSubdirectory("slowhttptest-").FullName;

    private string Report => Path.Combine(_directory, "report");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>What they drip is no part of a request here: the first bytes are answered.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public Task SlowRequests_TheServiceStaysAvailable(ServerKind kind) => RunAsync(kind, "slow headers, slow bodies, ranges", "-H", "-B", "-R");

    [Theory]
    [ClassData(typeof(EveryServer))]
    public Task SlowReads_TheServiceStaysAvailable(ServerKind kind) => RunAsync(kind, "slow reads", "-X");

    private async Task RunAsync(ServerKind kind, string name, params string[] modes)
    {
        Tools.SkipUnlessPresent(Tool);
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Fuzzing", $"slowhttptest, {name}", $"{Connections} connections of {Tool} {string.Join(", ", modes)} in turn; FirstByte and Send 1 s, Linger 300 ms")
        {
            Settings = """ "Timeouts": { "FirstByte": "1s", "Send": "1s", "Linger": "300ms" } """,
        });
        var seconds = new List<int[]>();
        foreach (string mode in modes)
        {
            (int exitCode, string output) = await Tools.RunAsync(Tool, $"{mode} -c {Connections} -r {Connections} -i 1 -l 3 -p 3 -u http://{run.Target}/ -g -o {Report}");
            Assert.True(exitCode == 0, output);
            seconds.AddRange(await ReadReportAsync());
        }

        RunResult result = await run.EndAsync($"available in {seconds.Count(IsAvailable)} of {seconds.Count} s; at most {seconds.Max(static second => second[3])} connected at once");
        if (!run.IsStock)
        {
            Assert.All(seconds, static second => Assert.True(IsAvailable(second)));
            Assert.InRange(result["completed"] + result["client_reset"], modes.Length * Connections, modes.Length * (Connections + 20));
            Assert.Equal(0, result["error"] + result["aborted"]);
        }
    }

    private static bool IsAvailable(int[] second) => second[^1] > 0;

    /// <summary>Its CSV, a line for each second: Seconds, Closed, Pending, Connected, Service Available.</summary>
    private async Task<int[][]> ReadReportAsync() =>
        [.. (await File.ReadAllLinesAsync(Report + ".csv")).Skip(1).Select(static line => line.Split(',').Select(static field => int.Parse(field, CultureInfo.InvariantCulture)).ToArray())];
}
