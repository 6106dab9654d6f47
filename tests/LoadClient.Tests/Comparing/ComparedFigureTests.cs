using LoadClient.Comparing;
using LoadClient.Reporting;
using LoadClient.Tests.Reporting;

namespace LoadClient.Tests.Comparing;

public sealed class ComparedFigureTests
{
    private static readonly RunReport Long = RunReports.Good with { Timeline = RunReports.Timeline(1, 40, 50, 60, 1) };

    [Theory]
    [InlineData(59, "within the spread of 10.00")]
    [InlineData(60, "within the spread of 10.00")]
    [InlineData(61, "beyond the spread of 10.00")]
    [InlineData(39, "beyond the spread of 10.00")]
    public void Compare_Rate_IsJudgedByTheSpread(double rate, string expected) =>
        Assert.Equal(expected, Compare("requests/s", Long, Long with { RequestsPerSecond = rate }).Verdict);

    [Fact]
    public void Compare_TwoSpreads_TheLargerCounts()
    {
        RunReport calm = Long with { Timeline = RunReports.Timeline(1, 49, 50, 51, 1), RequestsPerSecond = 55 };
        Assert.Equal("within the spread of 10.00", Compare("requests/s", Long, calm).Verdict);
        Assert.Equal("within the spread of 10.00", Compare("requests/s", calm, Long).Verdict);
        Assert.Equal("beyond the spread of 1.00", Compare("requests/s", calm, calm with { RequestsPerSecond = 57 }).Verdict);
    }

    [Theory]
    [InlineData("p50 [ms]", "within the spread of 10.000")]
    [InlineData("p99 [ms]", "within the spread of 20.000")]
    [InlineData("p90 [ms]", "-")]
    [InlineData("p99.9 [ms]", "-")]
    [InlineData("max [ms]", "-")]
    [InlineData("mean connect [ms]", "-")]
    [InlineData("failed", "-")]
    [InlineData("client CPU [us/connection]", "-")]
    public void Compare_Figure_IsJudgedWhereEveryIntervalHasIt(string figure, string expected) => Assert.Equal(expected, Compare(figure, Long, Long).Verdict);

    [Fact]
    public void Compare_ShortRun_IsUnknown() => Assert.Equal("unknown: too short", Compare("requests/s", Long, RunReports.Good).Verdict);

    [Fact]
    public void Compare_Rise_HasItsSignAndPercent() =>
        Assert.Equal(
            ("50.00", "62.50", "+12.50", "+25.0 %"),
            Texts(Compare("requests/s", Long, Long with { RequestsPerSecond = 62.5 })));

    [Fact]
    public void Compare_NoFailuresBefore_HasNoPercent() => Assert.Equal(("0", "21", "+21", "-"), Texts(Compare("failed", RunReports.Good, RunReports.Full)));

    [Fact]
    public void Compare_FigureThatOneRunLacks_IsADash()
    {
        Assert.Equal(("-", "0.982", "-", "-"), Texts(Compare("efficiency", RunReports.Good, RunReports.Full)));
        Assert.Equal(("151.000", "-", "-", "-"), Texts(Compare("p50 [ms]", Long, RunReports.AllRefused)));
        Assert.Equal("-", Compare("p50 [ms]", Long, RunReports.AllRefused).Verdict);
    }

    private static ComparedFigure Compare(string name, RunReport a, RunReport b) => ComparedFigure.Compare(Figure.All.Single(figure => figure.Name == name), a, b);

    private static (string A, string B, string Difference, string Percent) Texts(ComparedFigure figure) => (figure.A, figure.B, figure.Difference, figure.Percent);
}
