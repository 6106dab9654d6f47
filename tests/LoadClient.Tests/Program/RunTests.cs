using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;
using LoadClient.Reporting;
using LoadClient.Tests.Load;

namespace LoadClient.Tests.Program;

/// <summary>The program against the server, both as users have them.</summary>
[Collection(nameof(RunsAlone))]
public sealed partial class RunTests
{
    private const string Quick = """{ "quick": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" } } }""";

    private static readonly string[] ReportFiles = ["report.json", "report.html", "report.csv", "report.tsv", "report.hlog"];

    [Fact]
    public async Task Run_AllGood_ReportsOnStandardOutputAloneAndExitsWithZero()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "50ms" } } }""");

        ClientResult result = await ClientProcess.RunAsync($"tcp://127.0.0.1:{server.Port("a")}", "-n", "100", "-c", "10", "--expect-delay", "50ms", "--quiet");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"(?m)^Complete requests: +100$", result.Output);
        Assert.Matches(@"(?m)^Failed requests: +0$", result.Output);

        // The server never works less than it says, so that more than the ideal is impossible.
        double efficiency = double.Parse(Efficiency().Match(result.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(efficiency, 0.1, 1);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 100", server.Outcomes("a"));
    }

    [Fact]
    public async Task Run_FormatIsJson_PrintsTheReportAndNothingElse()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Quick);

        ClientResult result = await ClientProcess.RunAsync($"http://127.0.0.1:{server.Port("quick")}/path?query", "-n", "50", "-c", "5", "-o", "json", "-q");

        using var output = new MemoryStream(Encoding.UTF8.GetBytes(result.Output));
        RunReport report = JsonReport.Read(output);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(50, report.Counts.Good);
        Assert.Equal("/path?query", report.Settings.Path);
        Assert.Equal("Hello World!".Length, report.Server.DocumentBytes);
    }

    [Fact]
    public async Task Run_AConnectionFails_ExitsWithOneAndNamesTheError()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Quick);

        ClientResult result = await ClientProcess.RunAsync($"tcp://127.0.0.1:{server.Port("quick")}", "-n", "20", "--expect-bytes", "97", "-q");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"(?m)^ +short-response +20$", result.Output);
    }

    [Fact]
    public async Task Run_ThresholdIsBroken_ExitsWithOneAndNamesItAlone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Quick);

        ClientResult result = await ClientProcess.RunAsync($"tcp://127.0.0.1:{server.Port("quick")}", "-n", "20", "--fail-if", "rps<10000000", "--fail-if", "failed>0", "-q");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"(?m)^ +rps<10000000 .* BROKEN$", result.Output);
        Assert.Matches(@"(?m)^ +failed>0 .* ok$", result.Output);
    }

    [Fact]
    public async Task Run_Interrupted_ReportsWhatWasDoneAsPartialAndExitsWithOne()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Quick);
        await using ClientProcess client = ClientProcess.Start($"tcp://127.0.0.1:{server.Port("quick")}", "-d", "1m", "-c", "2");
        await client.FirstErrorLine.OrHang();
        client.Signal(ServerProcess.SigInt);

        ClientResult result = await client.ExitAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"(?m)^Partial: +stopped before its end$", result.Output);
        Assert.Matches(@"(?m)^Complete requests: +[1-9]", result.Output);

        // Progress, and that on standard error alone.
        Assert.All(result.ErrorLines, line => Assert.Contains("in flight", line, StringComparison.Ordinal));
        Assert.DoesNotContain("in flight", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AllReportFiles_AreWritten()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Quick);
        string directory = Directory.CreateTempSubdirectory("loadclient-").FullName;
        try
        {
            ClientResult result = await ClientProcess.RunInAsync(
                directory,
                $"tcp://127.0.0.1:{server.Port("quick")}", "-n", "30", "-q", "--json", ReportFiles[0], "--html", ReportFiles[1], "--csv", ReportFiles[2], "--gnuplot", ReportFiles[3], "--hlog", ReportFiles[4]);

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Equal(ReportFiles.Order(), Directory.GetFiles(directory).Select(Path.GetFileName).Order());
            using FileStream json = File.OpenRead(Path.Combine(directory, ReportFiles[0]));
            Assert.Equal(30, JsonReport.Read(json).Counts.Good);
            Assert.Contains("</html>", await File.ReadAllTextAsync(Path.Combine(directory, ReportFiles[1])), StringComparison.OrdinalIgnoreCase);
            Assert.StartsWith("Percentage served,", (await File.ReadAllLinesAsync(Path.Combine(directory, ReportFiles[2])))[0], StringComparison.Ordinal);
            Assert.Equal(31, (await File.ReadAllLinesAsync(Path.Combine(directory, ReportFiles[3]))).Length);
            Assert.StartsWith("#[Histogram log format", await File.ReadAllTextAsync(Path.Combine(directory, ReportFiles[4])), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [GeneratedRegex(@"(?m)^Efficiency: +([0-9.]+) ")]
    private static partial Regex Efficiency();
}
