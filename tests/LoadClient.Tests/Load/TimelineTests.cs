using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class TimelineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(599, 1)]
    [InlineData(600, 2)]
    [InlineData(601, 2)]
    [InlineData(1199, 2)]
    [InlineData(1200, 4)]
    [InlineData(10_000, 32)]
    public void Add_ManySeconds_HasAtMostSixHundredPointsWithAllThatHappened(int seconds, int pointSeconds)
    {
        var timeline = new Timeline();
        for (int i = 0; i < seconds; i++)
        {
            timeline.Add(Second, Interval(failed: i % 3, microseconds: [1000, 2000]));
            Assert.InRange(timeline.Points.Count, 1, 600);
        }

        Assert.Equal(TimeSpan.FromSeconds(pointSeconds), timeline.PointLength);
        Assert.Equal(seconds, timeline.Points.Sum(point => point.Length.TotalSeconds));
        Assert.Equal(2 * seconds, timeline.Points.Sum(point => point.Good));
        Assert.Equal(Enumerable.Range(0, seconds).Sum(i => i % 3), timeline.Points.Sum(point => point.Failed));
        Assert.All(timeline.Points.SkipLast(1), point => Assert.Equal(timeline.PointLength, point.Length));
    }

    [Fact]
    public void Points_LastIntervalIsShort_IsAPointOfItsLength()
    {
        var timeline = new Timeline();
        timeline.Add(Second, Interval(failed: 1, microseconds: [5]));
        timeline.Add(Second / 4, Interval(failed: 2, microseconds: [7, 9]));

        Assert.Equal(
            [new TimelinePoint(Second, 1, 1, 5, 5, 5), new TimelinePoint(Second / 4, 2, 2, 7, 9, 9)],
            timeline.Points);
    }

    [Fact]
    public void With_OneIsEmpty_KeepsTheOthersPercentiles()
    {
        var busy = new TimelinePoint(Second, 10, 0, 100, 200, 300);
        var idle = new TimelinePoint(Second, 0, 3, 0, 0, 0);

        Assert.Equal(new TimelinePoint(2 * Second, 10, 3, 100, 200, 300), busy.With(idle));
        Assert.Equal(new TimelinePoint(2 * Second, 10, 3, 100, 200, 300), idle.With(busy));
        Assert.Equal(new TimelinePoint(2 * Second, 0, 6, 0, 0, 0), idle.With(idle));
    }

    [Fact]
    public void With_BothHaveSome_AveragesPercentilesByCountAndKeepsTheGreatest() => Assert.Equal(
        new TimelinePoint(2 * Second, 40, 0, 250, 500, 900),
        new TimelinePoint(Second, 10, 0, 100, 200, 900).With(new TimelinePoint(Second, 30, 0, 300, 600, 700)));

    private static IntervalTally Interval(long failed, long[] microseconds)
    {
        var interval = new IntervalTally { Failed = failed };
        Array.ForEach(microseconds, value => interval.Total.RecordValue(value));
        return interval;
    }
}
