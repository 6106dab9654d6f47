using HdrHistogram;
using LoadClient.Kernel;
using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class IntervalCollectorTests
{
    private const long Second = MonotonicClock.Second;

    private readonly IntervalFeed[] _feeds = [new(0), new(0)];
    private readonly Sink _sink = new();
    private readonly IntervalCollector _collector;

    public IntervalCollectorTests() => _collector = new IntervalCollector(_feeds, new RunStart(0, DateTimeOffset.UnixEpoch), [_sink]);

    [Fact]
    public void CollectFull_OneLoopIsBehind_WaitsForIt()
    {
        Record(0, 1);
        _feeds[0].Roll(2 * Second);
        _collector.CollectFull();
        Assert.Empty(_sink.Intervals);

        Record(1, 2);
        _feeds[1].Roll(Second);
        _collector.CollectFull();

        Assert.Equal([(0, 1, 2)], _sink.Intervals);
        Assert.Equal(2, _collector.SoFar.Total.TotalCount);
    }

    [Fact]
    public void CollectFull_OneLoopIsOver_GoesOnWithTheOther()
    {
        Record(0, 1);
        _feeds[0].Close(Second / 2);
        Record(1, 2);
        _feeds[1].Roll(Second);
        Record(1, 3);
        _feeds[1].Roll(2 * Second);

        _collector.CollectFull();

        Assert.Equal([(0, 1, 2), (1, 1, 3)], _sink.Intervals);
        Assert.Equal(3, _collector.SoFar.Total.TotalCount);
    }

    /// <summary>The last interval is published before its loop's thread has ended: a look between must not take it for a second.</summary>
    [Fact]
    public void CollectFull_LastIntervalIsShort_LeavesItToTheEnd()
    {
        Array.ForEach(_feeds, feed => feed.Close(Second + (Second / 2)));
        _collector.CollectFull();
        Assert.Equal([(0, 1, 0)], _sink.Intervals);

        _collector.CollectRest(TimeSpan.FromSeconds(1.5));

        Assert.Equal([(0, 1, 0), (1, 0.5, 0)], _sink.Intervals);
        Assert.Equal(1.5, _collector.Timeline.Points.Sum(point => point.Length.TotalSeconds));
    }

    [Fact]
    public void CollectRest_LoopsSawTheEndInTheNextSecond_AddsNoEmptyOne()
    {
        Record(0, 4);
        Array.ForEach(_feeds, feed => feed.Close(Second + 1));

        _collector.CollectRest(TimeSpan.FromSeconds(0.9));

        Assert.Equal([(0, 0.9, 4)], _sink.Intervals);
    }

    [Fact]
    public void Feed_TallyCameBack_IsUsedAgainAndEmpty()
    {
        IntervalTally first = _feeds[0].Current;
        Record(0, 1);
        first.Failed = 1;
        _feeds[0].Roll(Second);
        Assert.True(_feeds[0].TryTake(out IntervalTally? taken));
        Assert.Same(first, taken);
        _feeds[0].Return(first);

        _feeds[0].Roll(2 * Second);

        Assert.Same(first, _feeds[0].Current);
        Assert.Equal((0, 0), (first.Total.TotalCount, first.Failed));
    }

    [Fact]
    public void Feed_SlowerThanASecond_PublishesEachSecond()
    {
        Record(0, 5);
        _feeds[0].Roll((3 * Second) + 1);

        Assert.Equal((3, 4 * Second), (_feeds[0].FullIntervals, _feeds[0].End));
        Assert.True(_feeds[0].TryTake(out IntervalTally? tally));
        Assert.Equal(1, tally!.Total.TotalCount);
    }

    private void Record(int feed, long microseconds) => _feeds[feed].Current.Total.RecordValue(microseconds);

    private sealed class Sink : IIntervalSink
    {
        /// <summary>Start and length in seconds, and the greatest value.</summary>
        public List<(double Start, double Length, long Max)> Intervals { get; } = [];

        public void Append(DateTimeOffset start, TimeSpan length, HistogramBase total) =>
            Intervals.Add(((start - DateTimeOffset.UnixEpoch).TotalSeconds, length.TotalSeconds, total.TotalCount == 0 ? 0 : total.GetMaxValue()));
    }
}
