using LoadClient.Commands;
using LoadClient.Kernel;

namespace LoadClient.Tests.Commands;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData(null, null, 50)]
    [InlineData(null, 20L, 20)]
    [InlineData(100, null, 100)]
    [InlineData(100, 20L, 20)]
    [InlineData(100, 10_000_000_000L, 100)]
    public void Choose_ClosedLoop_IsWhatWasGivenButNoMoreThanRequests(int? given, long? requests, int expected) =>
        Assert.Equal(expected, ConnectionLimit.Choose(given, closedLoopDefault: 50, requests, isOpenLoop: false));

    [Theory]
    [InlineData(7, null, 7)]
    [InlineData(null, 3L, 3)]
    public void Choose_OpenLoop_IsWhatWasGivenButNoMoreThanRequests(int? given, long? requests, int expected) =>
        Assert.Equal(expected, ConnectionLimit.Choose(given, closedLoopDefault: 1, requests, isOpenLoop: true));

    [Fact]
    public void Choose_OpenLoopWithoutANumber_IsWhatTheDescriptorsAllow()
    {
        int chosen = ConnectionLimit.Choose(given: null, closedLoopDefault: 1, requests: null, isOpenLoop: true);

        Assert.InRange(chosen, Math.Min(65_536, DescriptorLimit.ForConnections() / 2), Math.Min(65_536, DescriptorLimit.ForConnections()));
    }
}
