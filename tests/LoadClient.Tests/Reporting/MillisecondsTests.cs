using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class MillisecondsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(499, 0)]
    [InlineData(500, 1)]
    [InlineData(1_499, 1)]
    [InlineData(2_500, 3)]
    public void Round_HalfAMillisecond_GoesUp(long microseconds, long expected)
    {
        Assert.Equal(expected, Milliseconds.RoundMicroseconds(microseconds));
        Assert.Equal(expected, Milliseconds.Round(microseconds / 1000.0));
    }
}
