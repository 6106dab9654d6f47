using System.Text;
using KestrelRaw.TestHelpers;
using LoadClient.Reporting;
using LoadClient.Tests.Load;

namespace LoadClient.Tests.Program;

/// <summary>The errors that are limits of the client's machine, in processes that have such limits.</summary>
[Collection(nameof(RunsAlone))]
public sealed class LimitTests
{
    /// <summary>Enough for the runtime, which opens about a hundred while it starts, and for some connections.</summary>
    private const int Descriptors = 200;

    private const int Ports = 10;
    private const int Requests = 50;

    /// <summary>Holds every connection until all others have failed.</summary>
    private const string Slow = """{ "slow": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "3s" } } }""";

    [Fact]
    public async Task NoFileDescriptor_LimitIsLow_IsNamedAndTheOthersAreGood()
    {
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(Slow);

        RunReport report = await RunUnderAsync(["prlimit", $"--nofile={Descriptors}:{Descriptors}"], server.Port("slow"), 2 * Descriptors);

        Assert.Equal(report.Counts.Failed, report.Errors["no-file-descriptor"]);
        Assert.InRange(report.Counts.Good, 1, Descriptors);
        Assert.Equal(2 * Descriptors, report.Counts.Good + report.Counts.Failed);
        Assert.Contains(report.Client.Bottlenecks, bottleneck => bottleneck.StartsWith("descriptors: ", StringComparison.Ordinal));
    }

    /// <summary>In a network of their own, which has ten local ports, server and client meet.</summary>
    [Fact]
    public async Task NoLocalPort_RangeIsSmall_IsNamedAndTheOthersAreGood()
    {
        Tools.SkipUnlessPresent("nsenter");
        (int exitCode, string message) = await Tools.RunAsync("unshare", "--net true");
        Assert.SkipUnless(exitCode == 0, $"A network namespace is not permitted here: {message}");
        string setUp = $"ip link set lo up && echo 40000 {40000 + Ports - 1} > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\"";
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "slow": { "Url": "tcp://127.0.0.1:7777", "Work": { "Delay": "5s" } } }""",
            prefix: ["unshare", "--net", "sh", "-c", setUp, "sh"]);

        RunReport report = await RunUnderAsync(["nsenter", $"--net=/proc/{server.Id}/ns/net"], 7777, Requests);

        Assert.Equal(Requests - Ports, report.Errors["no-local-port"]);
        Assert.Equal((Ports, Requests - Ports), (report.Counts.Good, report.Counts.Failed));
        Assert.Contains(report.Client.Bottlenecks, bottleneck => bottleneck.StartsWith("local ports: ", StringComparison.Ordinal));
    }

    private static async Task<RunReport> RunUnderAsync(string[] prefix, int port, int requests)
    {
        ClientResult result = await ClientProcess.RunUnderAsync(prefix, $"tcp://127.0.0.1:{port}", "-n", $"{requests}", "-c", $"{requests}", "-o", "json", "-q");
        Assert.True(result.ExitCode == 1, result.Error);
        using var output = new MemoryStream(Encoding.UTF8.GetBytes(result.Output));
        return JsonReport.Read(output);
    }
}
