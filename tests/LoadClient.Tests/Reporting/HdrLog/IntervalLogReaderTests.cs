using LoadClient.Reporting.HdrLog;

namespace LoadClient.Tests.Reporting.HdrLog;

public sealed class IntervalLogReaderTests
{
    private static readonly string Payload = HistogramPayload.Encode(Histograms.Of(5, 7));

    [Theory]
    [InlineData("", 2_000_000_000.5)]
    [InlineData("#[StartTime: 2000000000.000 (seconds since epoch), x]\n", 2_000_000_000.5)]
    [InlineData("#[BaseTime: 100.000 (seconds since epoch)]\n#[StartTime: 2000000000.000 (seconds since epoch), x]\n", 2_000_000_100.5)]
    public void Read_AbsoluteTimestamp_IsFromTheBaseTime(string header, double expected) =>
        Assert.Equal(expected, Read($"{header}2000000000.500,1.000,0.007,{Payload}\n").StartSeconds);

    [Fact]
    public void Read_TimestampFarBeforeTheStartTime_IsRelativeToIt() =>
        Assert.Equal(2_000_000_003.5, Read($"#[StartTime: 2000000000.000 (seconds since epoch), x]\n3.5,1.000,0.007,{Payload}\n").StartSeconds);

    [Fact]
    public void Read_TaggedLine_IsAnInterval()
    {
        LoggedInterval interval = Read($"\"StartTimestamp\",\"Interval_Length\",...\nTag=a,10.000,1.500,0.007,{Payload}\n");
        Assert.Equal((10, 11.5, 2), (interval.StartSeconds, interval.EndSeconds, interval.Histogram.TotalCount));
    }

    [Theory]
    [InlineData("hello", "line 2: it is not of an HdrHistogram log")]
    [InlineData("1.0,x,1.0,HISTFAAA", "line 2: 'x' is no number of seconds")]
    [InlineData("-1.0,1.0,1.0,HISTFAAA", "line 2: '-1.0' is no number of seconds")]
    [InlineData("1e99,1.0,1.0,HISTFAAA", "line 2: '1e99' is no number of seconds")]
    [InlineData("100000000000.0,1.0,1.0,HISTFAAA", "line 2: '100000000000.0' is no number of seconds")]
    [InlineData("1.0,1.0,1.0,!", "line 2: it holds no histogram")]
    [InlineData("1.0,1.0,1.0,HISTFAAA", "line 2: it holds no histogram")]
    [InlineData("1.0,1.0,1.0,", "line 2: it holds no histogram")]
    public void Read_BadLine_SaysWhich(string line, string expected)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Read($"#\n{line}\n"));
        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TruncatedPayload_IsABadLine() => Assert.Throws<InvalidDataException>(() => Read($"1.0,1.0,1.0,{Payload[..(Payload.Length / 8 * 4)]}"));

    private static LoggedInterval Read(string content)
    {
        using var folder = new TemporaryFolder();
        return IntervalLogReader.Read(folder.Write("a.hlog", content)).Single();
    }
}
