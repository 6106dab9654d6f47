using LoadClient.Durations;

namespace LoadClient.Tests.Durations;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("0.6s", 600)]
    [InlineData("2s", 2_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:00.500", 500)]
    [InlineData("1:02:03", 3_723_000)]
    [InlineData("24:00:00", 86_400_000)]
    [InlineData("720h", 2_592_000_000)]
    public void TryParse_Duration_IsTheTime(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration, out string? fault), fault);
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("500", "'500' has no unit; a duration is a number with its unit (500ms, 2s, 1m, 1h) or hh:mm:ss.fff")]
    [InlineData("1.5", "'1.5' has no unit")]
    [InlineData("", "'' is no duration")]
    [InlineData("-1s", "'-1s' is no duration")]
    [InlineData("500 ms", "'500 ms' is no duration")]
    [InlineData("1d", "'1d' is no duration")]
    [InlineData("1e3s", "'1e3s' is no duration")]
    [InlineData("00:60:00", "'00:60:00' is no duration")]
    [InlineData("721h", "'721h' is too long")]
    [InlineData("720:00:01", "'720:00:01' is too long")]
    [InlineData("99999999999999999999999999999999s", "is too long")]
    [InlineData("99999999999999999999999999999999:00:00", "is too long")]
    public void TryParse_NoDuration_SaysWhatIsAllowed(string text, string expected)
    {
        Assert.False(DurationText.TryParse(text, out TimeSpan duration, out string? fault));
        Assert.Equal(TimeSpan.Zero, duration);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
