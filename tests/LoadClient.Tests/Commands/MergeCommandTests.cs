using System.Text.Json;
using LoadClient.Commands;
using LoadClient.Faults;
using LoadClient.Reporting.HdrLog;
using LoadClient.Tests.Reporting;
using LoadClient.Tests.Reporting.HdrLog;

namespace LoadClient.Tests.Commands;

public sealed class MergeCommandTests
{
    [Fact]
    public void Run_TwoLogs_PrintsFilesRateAndPercentiles()
    {
        using var folder = new TemporaryFolder();
        string a = Write(folder, "a.hlog", 0);
        string b = Write(folder, "b.hlog", 0.5);
        (int exitCode, string output, string error) = Run([a, b]);
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        Assert.Equal(
            $"""
            {a}  2027-01-15 08:00:00.000 to 2027-01-15 08:00:01.000 UTC           2        2.00/s
            {b}  2027-01-15 08:00:00.500 to 2027-01-15 08:00:01.500 UTC           2        2.00/s

            Good connections:       4
            Requests per second:    4.00 [#/sec], summed over the common window
            Common window:          2027-01-15 08:00:00.500 to 2027-01-15 08:00:01.000 UTC, 0.500 seconds
                                    intervals that reach over its edges are counted in proportion

            Total times (ms)
              p50            1.000
              p66            2.000
              p75            2.000
              p80            2.000
              p90            2.000
              p95            2.000
              p98            2.000
              p99            2.000
              p99.9          2.000
              p99.99         2.000
              max            2.000

            """,
            output);
    }

    [Fact]
    public void Run_LogsWithoutACommonTime_SaysSo()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, _) = Run([Write(folder, "a.hlog", 0), Write(folder, "b.hlog", 5)]);
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains("Requests per second:    - (no time in which all files were recording)\n", output, StringComparison.Ordinal);
        Assert.Contains("  max            2.000\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Json_IsTheReport()
    {
        using var folder = new TemporaryFolder();
        (_, string output, _) = Run([Write(folder, "a.hlog", 0)], isJson: true);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("window").GetProperty("requestsPerSecond").GetDouble());
    }

    [Fact]
    public void Run_TargetLog_HoldsTheIntervals()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, _) = Run([Write(folder, "a.hlog", 0), Write(folder, "b.hlog", 1)], log: folder.File("m.hlog"));
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Equal(2, IntervalLogReader.Read(folder.File("m.hlog")).Count());
    }

    [Fact]
    public void Run_BadFiles_NamesEach()
    {
        using var folder = new TemporaryFolder();
        string good = Write(folder, "a.hlog", 0);
        (int exitCode, string output, string error) = Run([good, folder.Write("empty", ""), folder.File("none"), folder.Write("text", "hello\n"), ""], log: folder.File("m.hlog"));
        Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
        string[] lines = error.Split('\n');
        Assert.Equal("LoadClient can't run: 4 faults", lines[0]);
        Assert.Equal($"  {folder.File("empty")}: it has no interval", lines[1]);
        Assert.StartsWith($"  {folder.File("none")}: ", lines[2], StringComparison.Ordinal);
        Assert.Equal($"  {folder.File("text")}: line 1: it is not of an HdrHistogram log", lines[3]);
        Assert.False(File.Exists(folder.File("m.hlog")));
    }

    [Fact]
    public void Run_FileGivenTwiceAndAsTarget_IsRefusedUntouched()
    {
        using var folder = new TemporaryFolder();
        string a = Write(folder, "a.hlog", 0);
        long length = new FileInfo(a).Length;
        (int exitCode, _, string error) = Run([a, a], log: a);
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Contains($"  {a}: it is given 2 times\n  --hlog: {a} is one of the files that are merged\n", error, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(a).Length);
    }

    [Fact]
    public void Run_TargetThatCannotBeWritten_IsAFault()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string error) = Run([Write(folder, "a.hlog", 0)], log: "/nowhere/m.hlog");
        Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
        Assert.Contains("  --hlog: /nowhere/m.hlog: ", error, StringComparison.Ordinal);
    }

    /// <summary>One second with a value of 1 and one of 2 ms.</summary>
    private static string Write(TemporaryFolder folder, string name, double startSeconds)
    {
        using var log = new IntervalLog(folder.File(name));
        log.Append(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000).AddSeconds(startSeconds), TimeSpan.FromSeconds(1), Histograms.Of(1_000, 2_000));
        log.Finish();
        return folder.File(name);
    }

    private static (int ExitCode, string Output, string Error) Run(string[] paths, bool isJson = false, string? log = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = MergeCommand.Run(paths, isJson, log, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
