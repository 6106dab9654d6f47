using HdrHistogram;
using LoadClient.Faults;
using LoadClient.Merging;
using LoadClient.Reporting.HdrLog;
using LoadClient.Tests.Reporting;
using LoadClient.Tests.Reporting.HdrLog;

namespace LoadClient.Tests.Merging;

public sealed class LogMergerTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Merge_TwoLogs_HasThePercentilesOfAllValues()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(4);
        long[] values = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(1, 2_000_000))];
        string a = Write(folder, "a.hlog", 0, Histograms.Of(values[..100]), Histograms.Of(values[100..5_000]));
        string b = Write(folder, "b.hlog", 0, Histograms.Of(values[5_000..]));
        MergeReport report = Merge(a, b);
        LongHistogram all = Histograms.Of(values);
        Assert.Equal([50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100], report.Percentiles.Select(point => point.Percentile));
        Assert.All(report.Percentiles, point => Assert.Equal(all.GetValueAtPercentile(point.Percentile) / 1000.0, point.Milliseconds));
        Assert.Equal(values.Length, report.Count);
    }

    [Fact]
    public void Merge_LogsOfOtherRangesAndPrecisions_LosesNeither()
    {
        using var folder = new TemporaryFolder();
        var coarse = new LongHistogram(1, 1_000, 1);
        coarse.RecordValue(3);
        var wide = new LongHistogram(1, 100_000_000_000, 5);
        wide.RecordValue(90_000_000_000);
        var fine = new LongHistogram(1, 10_000_000, 4);
        fine.RecordValue(1_234_567);
        MergeReport report = Merge(Write(folder, "a.hlog", 0, coarse, wide), Write(folder, "b.hlog", 0, fine));
        Assert.Equal(3, report.Count);
        Assert.Equal(1_234.567, report.Percentiles[0].Milliseconds, 0.01);
        Assert.Equal(90_000_000, report.Percentiles[^1].Milliseconds, 1_000.0);
    }

    /// <summary>A counts 10, 20, 30 from 0 to 3 s, B counts 100, 200 from 1.5 to 3.5 s: they share 1.5 to 3 s.</summary>
    [Fact]
    public void Merge_WindowWithinIntervals_CountsThemInProportion()
    {
        using var folder = new TemporaryFolder();
        MergeReport report = Merge(Write(folder, "a.hlog", 0, Counting(10, 20, 30)), Write(folder, "b.hlog", 1.5, Counting(100, 200)));
        Assert.Equal((Epoch.AddSeconds(1.5), Epoch.AddSeconds(3), true), (report.Window!.StartedAt, report.Window.EndedAt, report.Window.HasSplitIntervals));
        Assert.Equal((10 + 30 + 100 + 100) / 1.5, report.Window.RequestsPerSecond, 0.001);
        Assert.Equal([20, 150], report.Files.Select(file => Math.Round(file.RequestsPerSecond!.Value, 6)));
    }

    [Fact]
    public void Merge_LogsOfTheSameTime_SumsTheirRates()
    {
        using var folder = new TemporaryFolder();
        MergeReport report = Merge(Write(folder, "a.hlog", 0, Counting(10, 20)), Write(folder, "b.hlog", 0, Counting(100, 200)));
        Assert.Equal(165, report.Window!.RequestsPerSecond, 0.001);
        Assert.False(report.Window.HasSplitIntervals);
    }

    /// <summary>The end of a run may be a fraction of a millisecond after that of its last whole interval.</summary>
    [Fact]
    public void Merge_IntervalWithoutLength_CountsWholeWithinTheWindow()
    {
        using var folder = new TemporaryFolder();
        using (var log = new IntervalLog(folder.File("a.hlog")))
        {
            log.Append(Epoch, TimeSpan.FromSeconds(1), Histograms.Of(1_000));
            log.Append(Epoch.AddSeconds(1), TimeSpan.FromTicks(1), Histograms.Of(1_000, 1_000));
        }

        MergeReport report = Merge(folder.File("a.hlog"), Write(folder, "b.hlog", 0, Counting(10, 20)));
        Assert.Equal((1 + 2 + 10) / 1.0, report.Window!.RequestsPerSecond, 0.001);
    }

    [Fact]
    public void Merge_LogsOneAfterTheOther_HaveNoRateButPercentiles()
    {
        using var folder = new TemporaryFolder();
        MergeReport report = Merge(Write(folder, "a.hlog", 0, Counting(10)), Write(folder, "b.hlog", 1, Counting(10)));
        Assert.Null(report.Window);
        Assert.Equal(11, report.Percentiles.Count);
    }

    [Fact]
    public void Merge_NothingGood_HasNoPercentiles()
    {
        using var folder = new TemporaryFolder();
        MergeReport report = Merge(Write(folder, "a.hlog", 0, Counting(0)));
        Assert.Equal((0, 0, 0.0), (report.Count, report.Percentiles.Count, report.Window!.RequestsPerSecond));
    }

    [Fact]
    public void WriteLog_TwoLogs_HasAllIntervalsInTheOrderOfTheirStarts()
    {
        using var folder = new TemporaryFolder();
        string a = Write(folder, "a.hlog", 0.25, Counting(1, 2, 3));
        string b = Write(folder, "b.hlog", 0, Counting(10, 20, 30));
        LogMerger.WriteLog([a, b], folder.File("m.hlog"));
        Assert.Equal([10, 1, 20, 2, 30, 3], IntervalLogReader.Read(folder.File("m.hlog")).Select(interval => interval.Histogram.TotalCount));
        MergeReport apart = Merge(a, b);
        MergeReport merged = Merge(folder.File("m.hlog"));
        Assert.Equal(apart.Percentiles, merged.Percentiles);
        Assert.Equal((Epoch, Epoch.AddSeconds(3.25)), (merged.Files[0].StartedAt, merged.Files[0].EndedAt));
    }

    private static MergeReport Merge(params string[] paths)
    {
        var faults = new List<Fault>();
        MergeReport? report = LogMerger.Merge(paths, faults);
        Assert.Empty(faults);
        Assert.NotNull(report);
        return report;
    }

    private static LongHistogram[] Counting(params int[] counts) => [.. counts.Select(count => Histograms.Of([.. Enumerable.Repeat(1_000L, count)]))];

    private static string Write(TemporaryFolder folder, string name, double startSeconds, params LongHistogram[] seconds)
    {
        using var log = new IntervalLog(folder.File(name));
        foreach ((int index, LongHistogram second) in seconds.Index())
        {
            log.Append(Epoch.AddSeconds(startSeconds + index), TimeSpan.FromSeconds(1), second);
        }

        log.Finish();
        return folder.File(name);
    }
}
