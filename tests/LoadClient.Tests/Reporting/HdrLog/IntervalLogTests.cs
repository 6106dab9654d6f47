using System.Buffers.Binary;
using System.IO.Compression;
using HdrHistogram;
using LoadClient.Reporting;
using LoadClient.Reporting.HdrLog;

namespace LoadClient.Tests.Reporting.HdrLog;

public sealed class IntervalLogTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_795_618_918_123);

    [Fact]
    public void Append_TwoIntervals_WritesTheFormat()
    {
        using var folder = new TemporaryFolder();
        string[] lines = Write(folder, Histograms.Of(500_000, 2), Histograms.Of());
        Assert.Equal(
            [
                "#[Histogram log format version 1.3]",
                "#[Values are microseconds, Interval_Max is milliseconds]",
                "#[StartTime: 1795618918.123 (seconds since epoch), 2026-11-25T15:01:58.1230000Z]",
                "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"",
            ],
            lines[..4]);
        Assert.Matches(@"^1795618918\.123,1\.000,500\.\d{3},HIST[A-Za-z0-9+/]+=*$", lines[4]);
        Assert.Matches(@"^1795618919\.123,1\.000,0\.000,HIST", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void Append_AnInterval_IsInTheFileBeforeTheNext()
    {
        using var folder = new TemporaryFolder();
        using var log = new IntervalLog(folder.File("a.hlog"));
        log.Append(Start, TimeSpan.FromSeconds(1), Histograms.Of(1));
        Assert.Equal([1], IntervalLogReader.Read(folder.File("a.hlog")).Select(interval => interval.Histogram.TotalCount));
    }

    [Fact]
    public void Append_UnevenLengths_LeavesNoGap()
    {
        using var folder = new TemporaryFolder();
        using (var log = new IntervalLog(folder.File("a.hlog")))
        {
            var length = TimeSpan.FromMilliseconds(1_000.4);
            for (int i = 0; i < 10; i++)
            {
                log.Append(Start + (i * length), length, Histograms.Of());
            }
        }

        LoggedInterval[] intervals = [.. IntervalLogReader.Read(folder.File("a.hlog"))];
        Assert.All(intervals.Zip(intervals.Skip(1)), pair => Assert.Equal(pair.First.EndSeconds, pair.Second.StartSeconds, 0.0001));
    }

    /// <summary>Python's zlib and others refuse a stream without its end; .NET's reader does not see it.</summary>
    [Fact]
    public void Append_Payload_IsAWholeZlibStream()
    {
        using var folder = new TemporaryFolder();
        byte[] payload = Convert.FromBase64String(Write(folder, Histograms.Of([.. Enumerable.Range(1, 5_000).Select(i => i * 997L)]))[^1].Split(',')[3]);
        Assert.Equal(payload.Length - 8, BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)));
        using var plain = new MemoryStream();
        new ZLibStream(new MemoryStream(payload, 8, payload.Length - 8), CompressionMode.Decompress).CopyTo(plain);
        Assert.Equal(Adler32(plain.ToArray()), BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan()[^4..]));
    }

    [Fact]
    public void Append_Values_AreReadByThePackage()
    {
        using var folder = new TemporaryFolder();
        LongHistogram histogram = Histograms.Of([.. Enumerable.Range(1, 5_000).Select(i => i * 997L)]);
        Write(folder, histogram);
        using FileStream file = File.OpenRead(folder.File("a.hlog"));
        HistogramBase read = Assert.Single(new HistogramLogReader(file).ReadHistograms());
        Assert.Equal(Counts(histogram), Counts(read));
        Assert.Equal(Start.ToUnixTimeMilliseconds(), read.StartTimeStamp, 1.0);
    }

    [Fact]
    public void Finish_DiskIsFull_NamesTheFile()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        using var log = new IntervalLog("/dev/full");
        log.Append(Start, TimeSpan.FromSeconds(1), Histograms.Of(1));
        log.Append(Start, TimeSpan.FromSeconds(1), Histograms.Of(1));
        ReportFileException exception = Assert.Throws<ReportFileException>(log.Finish);
        Assert.StartsWith("/dev/full: ", exception.Message, StringComparison.Ordinal);
    }

    private static string[] Write(TemporaryFolder folder, params LongHistogram[] seconds)
    {
        using (var log = new IntervalLog(folder.File("a.hlog")))
        {
            foreach ((int index, LongHistogram second) in seconds.Index())
            {
                log.Append(Start.AddSeconds(index), TimeSpan.FromSeconds(1), second);
            }

            log.Finish();
        }

        return File.ReadAllLines(folder.File("a.hlog"));
    }

    private static IEnumerable<(long Value, long Count)> Counts(HistogramBase histogram) =>
        histogram.RecordedValues().Select(value => (value.ValueIteratedTo, value.CountAtValueIteratedTo));

    private static uint Adler32(byte[] bytes)
    {
        uint low = 1;
        uint high = 0;
        foreach (byte value in bytes)
        {
            low = (low + value) % 65_521;
            high = (high + low) % 65_521;
        }

        return (high << 16) | low;
    }
}
