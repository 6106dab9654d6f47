using KestrelRaw.Configuration;

namespace KestrelRaw.Tests.Configuration;

public sealed class DurationTypeTests
{
    private readonly DurationType _type = new(TimeSpan.FromMilliseconds(1));

    [Theory]
    [InlineData("00:00:00.500", 500)]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1m", 60_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("24:00:00", null)]
    [InlineData("24h", 86_400_000)]
    [InlineData("0.1ms", null)]
    [InlineData("25h", null)]
    [InlineData("5", null)]
    [InlineData("-1s", null)]
    [InlineData("500 ms", null)]
    [InlineData("1d", null)]
    [InlineData("99999999999999999999999999999999s", null)]
    [InlineData("1e3s", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void TryParse_Text_IsTheTimeOrRefused(string? text, int? milliseconds)
    {
        bool isDuration = _type.TryParse(text, out TimeSpan value);
        Assert.Equal(milliseconds.HasValue, isDuration);
        if (milliseconds is { } expected)
        {
            Assert.Equal(expected, value.TotalMilliseconds);
        }
    }

    [Theory]
    [InlineData(500, "500ms")]
    [InlineData(1_500, "1500ms")]
    [InlineData(30_000, "30s")]
    [InlineData(60_000, "1m")]
    [InlineData(7_200_000, "2h")]
    [InlineData(0, "0s")]
    public void Format_Duration_IsWhatAPersonWouldWrite(int milliseconds, string expected) =>
        Assert.Equal(expected, DurationType.Format(TimeSpan.FromMilliseconds(milliseconds)));
}
