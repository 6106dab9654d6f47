using LoadClient.Reporting;
using LoadClient.Tests.Reporting;
using LoadClient.Thresholds;

namespace LoadClient.Tests.Thresholds;

/// <summary>Against the full report: p50 151, p99 200, max 200 ms, 21 of 121 failed, 50/s, efficiency 0.9821.</summary>
public sealed class ThresholdTests
{
    [Theory]
    [InlineData("p50>150ms", true)]
    [InlineData("p50>151ms", false)]
    [InlineData("p50>=151ms", true)]
    [InlineData("p50>=0.1511s", false)]
    [InlineData("p90>1m", false)]
    [InlineData("p95 > 195ms", true)]
    [InlineData(" p99>199.5ms ", true)]
    [InlineData("p99.9>00:00:00.1", true)]
    [InlineData("max<=200ms", true)]
    [InlineData("max<200ms", false)]
    [InlineData("failed>20", true)]
    [InlineData("failed>21", false)]
    [InlineData("failed>17%", true)]
    [InlineData("failed>18 %", false)]
    [InlineData("rps<50.1", true)]
    [InlineData("rps<50", false)]
    [InlineData("efficiency<0.99", true)]
    [InlineData("efficiency<0.98", false)]
    public void Evaluate_Expression_IsBrokenWhenItHolds(string text, bool isBroken)
    {
        ThresholdReport result = Evaluate(text, RunReports.Full);
        Assert.Equal((text, isBroken), (result.Expression, result.IsBroken));
    }

    [Theory]
    [InlineData("p99>1s", "200 ms")]
    [InlineData("failed>0", "21")]
    [InlineData("failed>0%", "17.355 %")]
    [InlineData("rps<1", "50/s")]
    [InlineData("efficiency<1", "0.982")]
    public void Evaluate_Expression_SaysWhatWasMeasured(string text, string measured) => Assert.Equal(measured, Evaluate(text, RunReports.Full).Measured);

    [Theory]
    [InlineData("p99>1h")]
    [InlineData("max<0s")]
    public void Evaluate_LatencyWithoutGoodConnections_IsBroken(string text) =>
        Assert.Equal(new ThresholdReport(text, "no good connection", IsBroken: true), Evaluate(text, RunReports.AllRefused));

    [Fact]
    public void Evaluate_EfficiencyThatIsNotThere_IsBroken() => Assert.True(Evaluate("efficiency>2", RunReports.Good).IsBroken);

    [Fact]
    public void Evaluate_FailedShareOfNothing_IsZero()
    {
        RunReport nothing = RunReports.AllRefused with { Counts = RunReports.AllRefused.Counts with { Failed = 0 } };
        Assert.False(Evaluate("failed>0%", nothing).IsBroken);
    }

    [Theory]
    [InlineData("", "'' is no threshold: a key, one of > >= < <=, and a value")]
    [InlineData("p99", "'p99' is no threshold")]
    [InlineData("p99>", "'p99>' is no threshold")]
    [InlineData(">600ms", "'>600ms' is no threshold")]
    [InlineData("p99=600ms", "'p99=600ms' is no threshold")]
    [InlineData("p99>>600ms", "'p99>>600ms' is no threshold")]
    [InlineData("p98>1s", "there is no key 'p98'; keys are p50, p90, p95, p99, p99.9, max, failed, rps, efficiency")]
    [InlineData("p99>600", "p99 takes a duration, but '600' has no unit")]
    [InlineData("p99>1%", "p99 takes a duration, but '1%' is no duration")]
    [InlineData("failed>1s", "failed takes a count (0) or a percentage (1%), but '1s' is none")]
    [InlineData("rps<10%", "rps takes a number (0.95), but '10%' is none")]
    [InlineData("efficiency<-1", "efficiency takes a number (0.95), but '-1' is none")]
    public void TryParse_BadExpression_NamesKeyAndValueAndWhatIsAllowed(string text, string expected)
    {
        Assert.False(Threshold.TryParse(text, out Threshold? threshold, out string? fault));
        Assert.Null(threshold);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("efficiency<0.9", true)]
    [InlineData("rps<0.9", false)]
    public void NeedsExpectedDelay_Expression_IsTrueForTheEfficiency(string text, bool expected)
    {
        Assert.True(Threshold.TryParse(text, out Threshold? threshold, out _));
        Assert.Equal(expected, threshold.NeedsExpectedDelay);
    }

    private static ThresholdReport Evaluate(string text, RunReport report)
    {
        Assert.True(Threshold.TryParse(text, out Threshold? threshold, out string? fault), fault);
        return threshold.Evaluate(report);
    }
}
