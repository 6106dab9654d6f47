using KestrelRaw.TestHelpers;
using LoadClient.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace LoadClient.Tests.Sweeps;

public sealed class SettlingTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _clock = new();
    private int _counted;

    [Fact]
    public async Task WaitAsync_Settled_TakesThePauseAndNoMore()
    {
        Task<string> wait = Settling(_ => default).WaitAsync(SweepData.Settings(), default);

        _clock.Advance(Pause - Step);
        Assert.False(wait.IsCompleted);
        _clock.Advance(Step);
        Assert.Equal("", await wait.OrHang());
    }

    [Fact]
    public async Task WaitAsync_ConnectionsOpen_WaitsForTheirEnd()
    {
        Task<string> wait = Settling(number => new(Open: number < 4 ? 1 : 0, TimeWait: 0)).WaitAsync(SweepData.Settings(), default);

        await _clock.AdvanceUntilAsync(wait, Step);

        Assert.Equal("", await wait);
        Assert.Equal(4, _counted);
    }

    [Fact]
    public async Task WaitAsync_ConnectionsStayOpen_GivesUpAndSaysSo()
    {
        long start = _clock.GetTimestamp();
        Task<string> wait = Settling(_ => new(Open: 3, TimeWait: 0)).WaitAsync(SweepData.Settings(), default);

        await _clock.AdvanceUntilAsync(wait, TimeSpan.FromSeconds(1));

        Assert.Equal("3 connections were still open at the start", await wait);
        Assert.True(_clock.GetElapsedTime(start) >= LoadClient.Sweeps.Settling.Longest + Pause);
    }

    [Theory]
    [InlineData(300L, 1, 700, false)]
    [InlineData(300L, 1, 701, true)]
    [InlineData(300L, 2, 1_700, false)]
    [InlineData(5_000L, 1, 500, false)]
    [InlineData(5_000L, 1, 501, true)]
    [InlineData(null, 1, 500, false)]
    [InlineData(null, 1, 501, true)]
    public async Task WaitAsync_PortsInTimeWait_WaitsOnlyWhenTooFewAreLeft(long? requests, int sources, int timeWait, bool waits)
    {
        Task<string> wait = Settling(number => new(Open: 0, number == 1 ? timeWait : 0)).WaitAsync(
            SweepData.Settings(requests: requests) with { Sources = [.. Enumerable.Repeat(System.Net.IPAddress.Loopback, sources)] },
            default);

        await _clock.AdvanceUntilAsync(wait, Step);

        Assert.Equal(waits ? 2 : 1, _counted);
    }

    [Fact]
    public async Task WaitAsync_UnixSocket_CountsNothing()
    {
        Task<string> wait = Settling(_ => new(Open: 1, TimeWait: 0)).WaitAsync(SweepData.Settings(SweepData.Unix()), default);

        await _clock.AdvanceUntilAsync(wait, Step);

        Assert.Equal(0, _counted);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        Task<string> wait = Settling(_ => new(Open: 1, TimeWait: 0)).WaitAsync(SweepData.Settings(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.OrHang());
    }

    private Settling Settling(Func<int, ConnectionCounts> count) => new(Pause, localPorts: 1_000, _ => count(++_counted), _clock);
}
