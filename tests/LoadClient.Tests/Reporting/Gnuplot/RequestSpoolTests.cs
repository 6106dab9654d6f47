using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Reporting.Gnuplot;

namespace LoadClient.Tests.Reporting.Gnuplot;

public sealed class RequestSpoolTests
{
    private const long Start = 1_795_618_918_999_999;

    [Fact]
    public void Finish_RecordsOfTwoWorkers_AreSortedByTotalTime()
    {
        using var folder = new TemporaryFolder();
        using (var spool = new RequestSpool(folder.File("g.tsv"), TimeZoneInfo.CreateCustomTimeZone("+1", TimeSpan.FromHours(1), null, null)))
        {
            Record(spool, new RequestTimes(Start, 1_499, 2_499, 5_500), new RequestTimes(Start + 1, 0, 499, 500));
            Record(spool, new RequestTimes(Start, 500, 1_500, 2_999));
            spool.Finish();
        }

        Assert.Equal(
            """
            starttime	seconds	ctime	dtime	ttime	wait
            Wed Nov 25 16:01:59 2026	1795618919	0	1	1	0
            Wed Nov 25 16:01:58 2026	1795618918	1	2	3	2
            Wed Nov 25 16:01:58 2026	1795618918	1	4	6	2

            """,
            File.ReadAllText(folder.File("g.tsv")));
        Assert.Equal(["g.tsv"], folder.Files);
    }

    [Fact]
    public void Finish_MoreRecordsThanAChunk_KeepsAllInOrder()
    {
        const int Count = 300_000;
        using var folder = new TemporaryFolder();
        using (var spool = new RequestSpool(folder.File("g.tsv"), TimeZoneInfo.Utc))
        {
            // 7 has no factor in common with the count: every total comes once.
            Record(spool, [.. Enumerable.Range(0, Count).Select(i => new RequestTimes(Start, 0, 0, i * 7L % Count * 1_000))]);
            spool.Finish();
        }

        IEnumerable<int> totals = File.ReadLines(folder.File("g.tsv")).Skip(1).Select(line => int.Parse(line.Split('\t')[4], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, Count), totals);
    }

    [Fact]
    public void Record_ManyTimes_AllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var spool = new RequestSpool(folder.File("g.tsv"));
        using IRequestRecorder recorder = spool.CreateRecorder();
        RecordMany(recorder);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordMany(recorder);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Dispose_WithoutFinish_LeavesNoTemporaryFile()
    {
        using var folder = new TemporaryFolder();
        var spool = new RequestSpool(folder.File("g.tsv"));
        Record(spool, new RequestTimes(Start, 0, 0, 1));
        Assert.Equal(["g.tsv"], folder.Files);
        spool.Dispose();
        Assert.Equal(["g.tsv"], folder.Files);
    }

    [Fact]
    public void Constructor_FileThatCannotBeWritten_NamesIt()
    {
        ReportFileException exception = Assert.Throws<ReportFileException>(() => new RequestSpool("/nowhere/g.tsv"));
        Assert.StartsWith("/nowhere/g.tsv: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_DiskIsFull_NamesTheFile()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        using var spool = new RequestSpool("/dev/full");
        Record(spool, new RequestTimes(Start, 0, 0, 1));
        ReportFileException exception = Assert.Throws<ReportFileException>(spool.Finish);
        Assert.StartsWith("/dev/full: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_RecordsThatCouldNotBeKept_NamesTheFile()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        using var folder = new TemporaryFolder();
        using var spool = new RequestSpool(folder.File("g.tsv"), createFile: () => new RecordFile(File.OpenHandle("/dev/full", access: FileAccess.ReadWrite)));
        using (IRequestRecorder recorder = spool.CreateRecorder())
        {
            RecordMany(recorder);
        }

        ReportFileException exception = Assert.Throws<ReportFileException>(spool.Finish);
        Assert.StartsWith(folder.File("g.tsv"), exception.Message, StringComparison.Ordinal);
    }

    private static void Record(RequestSpool spool, params RequestTimes[] records)
    {
        using IRequestRecorder recorder = spool.CreateRecorder();
        foreach (RequestTimes record in records)
        {
            recorder.Record(record);
        }
    }

    private static void RecordMany(IRequestRecorder recorder)
    {
        for (int i = 0; i < 10_000; i++)
        {
            recorder.Record(new RequestTimes(Start, 0, 0, i));
        }
    }
}
