using System.Globalization;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Reporting.Gnuplot;

namespace LoadClient.Tests.Reporting;

/// <summary>
/// ab's own report of a run of its own beside ours of the same times. With 100 requests ab's -e holds each one's total time
/// to the microsecond, so that the figures must be the same, and not only their form.
/// </summary>
public sealed partial class AbParityTests
{
    private const int Requests = 100;

    /// <summary>What scripts that parse ab look for.</summary>
    private static readonly string[] ScriptPatterns =
    [
        @"^Server Software:[ \t]*(.*)$",
        @"^Server Hostname:\s+(\S+)$",
        @"^Server Port:\s+(\d+)$",
        @"^Document Path:\s+(\S+)$",
        @"^Document Length:\s+(\d+) bytes$",
        @"^Concurrency Level:\s+(\d+)$",
        @"^Time taken for tests:\s+([\d.]+) seconds$",
        @"^Complete requests:\s+(\d+)$",
        @"^Failed requests:\s+(\d+)$",
        @"^Total transferred:\s+(\d+) bytes$",
        @"^HTML transferred:\s+(\d+) bytes$",
        @"^Requests per second:\s+([\d.]+) \[#/sec\] \(mean\)$",
        @"^Time per request:\s+([\d.]+) \[ms\] \(mean\)$",
        @"^Time per request:\s+([\d.]+) \[ms\] \(mean, across all concurrent requests\)$",
        @"^Transfer rate:\s+([\d.]+) \[Kbytes/sec\] received$",
        @"^Connect:\s+(\d+)\s+(\d+)\s+([\d.]+)\s+(\d+)\s+(\d+)$",
        @"^Processing:\s+(\d+)\s+(\d+)\s+([\d.]+)\s+(\d+)\s+(\d+)$",
        @"^Waiting:\s+(\d+)\s+(\d+)\s+([\d.]+)\s+(\d+)\s+(\d+)$",
        @"^Total:\s+(\d+)\s+(\d+)\s+([\d.]+)\s+(\d+)\s+(\d+)$",
        @"^\s+50%\s+(\d+)$",
        @"^\s+99%\s+(\d+)$",
        @"^\s+100%\s+(\d+) \(longest request\)$",
    ];

    [Fact]
    public async Task Reports_OfAbsOwnTimes_AreAbsReports()
    {
        using var folder = new TemporaryFolder();

        // On a busy machine ab adds that its means and medians are far apart.
        string abText = Regex.Replace(await RunAbAsync(folder), @"^(WARNING|ERROR): The median.*\n( +(These results|deviation apart).*\n)?", "", RegexOptions.Multiline);
        string[] abCsv = await File.ReadAllLinesAsync(folder.File("ab.csv"));
        RunReport report = RunReports.Of([.. abCsv[1..^1].Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))], seconds: 0.2);
        string text = Write(output => TextReport.Write(output, report));

        Assert.All(ScriptPatterns, pattern => Assert.Equal((pattern, 1), (pattern, Regex.Count(abText, pattern, RegexOptions.Multiline))));
        Assert.All(ScriptPatterns, pattern => Assert.Equal((pattern, 1), (pattern, Regex.Count(text, pattern, RegexOptions.Multiline))));
        Assert.Equal(Labels(abText), Labels(text));
        Assert.Equal(FiguresOfTotal(abText), FiguresOfTotal(text));
        Assert.Equal(abCsv, Write(output => CsvReport.Write(output, report)).TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task RequestSpool_OfAbsOwnRows_WritesAbsRows()
    {
        using var folder = new TemporaryFolder();
        await RunAbAsync(folder);
        string[] abRows = await File.ReadAllLinesAsync(folder.File("ab.tsv"));
        using (var spool = new RequestSpool(folder.File("own.tsv")))
        {
            using (IRequestRecorder recorder = spool.CreateRecorder())
            {
                foreach (long[] row in abRows[1..].Select(line => line.Split('\t')[1..].Select(long.Parse).ToArray()))
                {
                    recorder.Record(new RequestTimes(row[0] * 1_000_000, row[1] * 1_000, row[4] * 1_000, row[3] * 1_000));
                }
            }

            spool.Finish();
        }

        string[] rows = await File.ReadAllLinesAsync(folder.File("own.tsv"));
        Assert.Equal(abRows[0], rows[0]);

        // ab rounds total less connect on its own: from rounded times it can't be had again. Rows of one time have no order.
        Assert.Equal(abRows[1..].Select(WithoutProcessing).Order(StringComparer.Ordinal), rows[1..].Select(WithoutProcessing).Order(StringComparer.Ordinal));
        Assert.Equal(abRows[1..].Select(line => line.Split('\t')[4]), rows[1..].Select(line => line.Split('\t')[4]));
    }

    private static async Task<string> RunAbAsync(TemporaryFolder folder)
    {
        Tools.SkipUnlessPresent("ab");
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "async": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "5ms" } } }""");
        (int exitCode, string output) = await Tools.RunAsync("ab", $"-n {Requests} -c 10 -e {folder.File("ab.csv")} -g {folder.File("ab.tsv")} http://127.0.0.1:{server.Port("async")}/");
        Assert.Equal(0, exitCode);
        return output;
    }

    private static string Write(Action<TextWriter> write)
    {
        using var output = new StringWriter { NewLine = "\n" };
        write(output);
        return output.ToString();
    }

    /// <summary>From the server's line to the longest request's, blank lines too, without their figures.</summary>
    private static string[] Labels(string text)
    {
        string[] lines = text.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("Server Software:", StringComparison.Ordinal));
        int last = Array.FindIndex(lines, line => line.Contains("(longest request)", StringComparison.Ordinal));
        return [.. lines[first..(last + 1)].Select(line => Figures().Replace(line, "#"))];
    }

    private static IEnumerable<string> FiguresOfTotal(string text) =>
        text.Split('\n').Where(line => line.StartsWith("Total: ", StringComparison.Ordinal) || line.Contains("%  ", StringComparison.Ordinal));

    private static string WithoutProcessing(string row)
    {
        string[] columns = row.Split('\t');
        columns[3] = "";
        return string.Join('\t', columns);
    }

    /// <summary>With the blanks before it: where the figure of a column begins depends on its length.</summary>
    [GeneratedRegex(@" *(?<![\d.])\d+(\.\d+)?(?![\d.%])")]
    private static partial Regex Figures();
}
