using LoadClient.Load;
using LoadClient.Reporting.Gnuplot;

namespace LoadClient.Tests.Reporting.Gnuplot;

public sealed class ExternalSortTests
{
    /// <summary>Chunks of 16 and three runs at once: 1,000 records need five passes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1_000)]
    public void Sort_MoreThanAChunk_IsByTotalTimeAndThenByStart(int count)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(4);
        RequestTimes[] records = [.. Enumerable.Range(0, count).Select(start => new RequestTimes(start, random.Next(10), random.Next(10), random.Next(100)))];
        random.Shuffle(records);
        using RecordFile first = FileOf(folder, records[..(count / 3)]);
        using RecordFile second = FileOf(folder, records[(count / 3)..]);

        var sort = new ExternalSort(() => RecordFile.Create(folder.File("")), chunkRecords: 16, fanIn: 3);
        Assert.Equal(records.OrderBy(record => record.TotalMicroseconds).ThenBy(record => record.StartUnixMicroseconds), sort.Sort([first, second]));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Sort_FileThatFailsOnTheWay_ClosesTheOthers()
    {
        using var folder = new TemporaryFolder();
        using RecordFile input = FileOf(folder, [.. Enumerable.Range(0, 100).Select(total => new RequestTimes(0, 0, 0, total))]);
        var created = new List<RecordFile>();
        var sort = new ExternalSort(
            () =>
            {
                RecordFile file = created.Count < 2 ? RecordFile.Create(folder.File("")) : throw new IOException("disk full");
                created.Add(file);
                return file;
            },
            chunkRecords: 4,
            fanIn: 2);
        Assert.Throws<IOException>(() => sort.Sort([input]).Count());
        Assert.All(created, file => Assert.Throws<ObjectDisposedException>(() => file.Append([default])));
    }

    private static RecordFile FileOf(TemporaryFolder folder, RequestTimes[] records)
    {
        var file = RecordFile.Create(folder.File(""));
        file.Append(records);
        return file;
    }
}
