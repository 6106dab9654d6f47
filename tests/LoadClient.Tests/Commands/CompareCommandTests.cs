using LoadClient.Commands;
using LoadClient.Faults;
using LoadClient.Reporting;
using LoadClient.Tests.Reporting;

namespace LoadClient.Tests.Commands;

public sealed class CompareCommandTests
{
    [Fact]
    public void Run_TwoReports_PrintsATable()
    {
        using var folder = new TemporaryFolder();
        RunReport faster = RunReports.Good with { RequestsPerSecond = 55, Timeline = RunReports.Timeline(1, 50, 50, 50, 1) };
        (int exitCode, string output, string error) = Run(
            Save(folder, "a.json", RunReports.Good with { Timeline = faster.Timeline }),
            Save(folder, "b.json", faster));
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        string[] lines = output.Split('\n');
        Assert.Equal($"A: {folder.File("a.json")} (2026-11-25 15:01:58 UTC, http://127.0.0.1:7777/)", lines[0]);
        Assert.Contains("requests/s                    50.00    55.00  +5.00  +10.0 %  beyond the spread of 0.00", lines);
        Assert.DoesNotContain("Warning", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PartialReportWithOtherSettings_Warns()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, _) = Run(Save(folder, "a.json", RunReports.Full), Save(folder, "b.json", RunReports.Good));
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains("Warning: A is partial", output, StringComparison.Ordinal);
        Assert.Contains("Warning: ratePerSecond differs: 60.5 in A, none in B", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BadFiles_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string error) = Run(folder.Write("a.json", """{ "schemaVersion": 2 }"""), folder.File("b.json"));
        Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
        string[] lines = error.Split('\n');
        Assert.Equal("LoadClient can't run: 2 faults", lines[0]);
        Assert.Equal($"  {folder.File("a.json")}: its schemaVersion is 2; this program reads 1.", lines[1]);
        Assert.StartsWith($"  {folder.File("b.json")}: ", lines[2], StringComparison.Ordinal);
    }

    private static string Save(TemporaryFolder folder, string name, RunReport report)
    {
        using FileStream file = File.Create(folder.File(name));
        JsonReport.Write(file, report);
        return folder.File(name);
    }

    private static (int ExitCode, string Output, string Error) Run(string a, string b)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = CompareCommand.Run(a, b, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
