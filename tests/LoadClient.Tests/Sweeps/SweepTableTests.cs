using LoadClient.Reporting;
using LoadClient.Sweeps;

namespace LoadClient.Tests.Sweeps;

public sealed class SweepTableTests
{
    [Fact]
    public void Write_Redirected_HasEveryRowOnOneLineWithoutEscapes()
    {
        string note = string.Join(' ', Enumerable.Repeat("a long note", 100));

        string output = Write(SweepData.Sweep(SweepData.Row(500, note: note), SweepData.Row(500, tool: "ab"), SweepData.Row(1500)));

        Assert.Contains(Lines(output), line => line.Contains(note, StringComparison.Ordinal) && line.Contains("async", StringComparison.Ordinal));
        Assert.DoesNotContain('\e', output);
        Assert.DoesNotContain('…', output);
        Assert.All(output, character => Assert.True(char.IsAscii(character)));
        Assert.Equal(3, Lines(output).Count(line => line.Contains("async", StringComparison.Ordinal)));
    }

    [Fact]
    public void Write_Row_HasItsFigures()
    {
        string output = Write(SweepData.Sweep(SweepData.Row(500) with { Failed = 3, Note = "3 reset" }));

        Assert.Equal(["async", "loadclient", "500", "996.0", "0.988", "501.3", "510.0", "520.0", "3", "3 reset"], Cells(output, "async"));
        Assert.Equal(["Target", "Tool", "c", "Requests/s", "Efficiency", "p50 ms", "p99 ms", "max ms", "Failed", "Note"], Cells(output, "Target"));
    }

    [Fact]
    public void Write_RunNotDone_HasNoFigures()
    {
        SweepRow row = SweepData.Row(500) with { RequestsPerSecond = 0, P50 = null, P99 = null, Max = null, Complete = 0, Efficiency = null };

        Assert.Equal(["async", "loadclient", "500", "-", "-", "-", "-", "-", "-", ""], Cells(Write(SweepData.Sweep(row)), "async"));
    }

    [Fact]
    public void Write_ExternalTool_IsMarkedAsTheirs()
    {
        string output = Write(SweepData.Sweep(SweepData.Row(500), SweepData.Row(500, tool: "ab")));

        Assert.Contains("ab *", Cells(output, "ab *"));
        Assert.Contains("* As that tool counts and measures", output, StringComparison.Ordinal);
        Assert.DoesNotContain('*', Write(SweepData.Sweep(SweepData.Row(500))));
    }

    [Fact]
    public void Write_NextNumberOfConnections_StandsApart()
    {
        string[] lines = Lines(Write(SweepData.Sweep(SweepData.Row(500), SweepData.Row(500), SweepData.Row(800))));

        int first = Array.FindIndex(lines, line => line.Contains("async", StringComparison.Ordinal));
        Assert.Contains("500", lines[first + 1], StringComparison.Ordinal);
        Assert.Equal("", lines[first + 2].Trim('|', ' '));
        Assert.Contains("800", lines[first + 3], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Partial_HeadingSaysSo() =>
        Assert.Equal("10000 connections each run; the server's work takes 0.5 s; stopped before its end", Lines(Write(SweepData.Sweep(SweepData.Row(1)) with { IsPartial = true }))[0]);

    [Fact]
    public void Write_NoRows_IsAnEmptyTable() => Assert.Contains("Requests/s", Write(SweepData.Sweep()), StringComparison.Ordinal);

    [Fact]
    public void Write_NarrowTerminal_WrapsTheNoteAndLosesNoFigure()
    {
        SweepRow row = SweepData.Row(15_000, tool: "bombardier", note: "12 refused; a note that is too long for its column") with
        {
            Target = "http://127.0.0.1:7777/a/long/path",
            P50 = 30_000,
            P99 = 30_000,
            Max = 30_001,
            Failed = 10_000,
        };

        string output = Write(SweepData.Sweep(row), isTerminal: true);

        Assert.Equal(
            ["http://127.0.0.1:7777/a/long/path", "bombardier *", "15000", "996.0", "0.988", "30000.0", "30000.0", "30001.0", "10000"],
            Cells(output, "http").SkipLast(1));
        Assert.DoesNotContain(row.Note, output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    private static string Write(SweepReport report, bool isTerminal = false)
    {
        using var output = new StringWriter();
        SweepTable.Write(output, report, isTerminal, isColoured: false);
        return output.ToString();
    }

    private static string[] Lines(string output) => output.Split('\n');

    private static string[] Cells(string output, string containing) =>
        [.. Lines(output).First(line => line.Contains(containing, StringComparison.Ordinal)).Trim().Trim('|', '│').Split('|', '│').Select(cell => cell.Trim())];
}
