using LoadClient.Comparing;
using LoadClient.Reporting;
using LoadClient.Tests.Reporting;

namespace LoadClient.Tests.Comparing;

public sealed class SpreadTests
{
    [Fact]
    public void Of_Timeline_IsTheDeviationOfItsInterior() => Assert.Equal(10, Spread.Of(RunReports.Timeline(1, 90, 100, 110, 5), point => point.Good));

    [Fact]
    public void Of_ShorterPointWithin_IsLeftOut()
    {
        TimelineReport timeline = RunReports.Timeline(1, 90, 100, 7, 110, 5);
        TimelinePointReport[] points = [.. timeline.Points.Select(point => point.Good == 7 ? point with { LengthSeconds = 0.5 } : point)];
        Assert.Equal(10, Spread.Of(timeline with { Points = points }, point => point.Good));
    }

    [Fact]
    public void Of_FewerThanThreePoints_IsUnknown() => Assert.Null(Spread.Of(RunReports.Timeline(1, 90, 100, 5), point => point.Good));

    [Fact]
    public void Of_PointsWithoutTheFigure_DoNotCount() =>
        Assert.Null(Spread.Of(RunReports.Timeline(1, 90, 100, 110, 5), point => point.Good == 100 ? null : point.Good));
}
