using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Listening;

public sealed class AcceptBackoffTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CollectingLogger _logger = new();
    private readonly AcceptBackoff _backoff;

    public AcceptBackoffTests() => _backoff = new AcceptBackoff("async", _clock, _logger);

    public void Dispose()
    {
        _backoff.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public async Task Rest_AgainAndAgain_DoublesFromTenMillisecondsToOneSecond() =>
        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1000, 1000], await RestAsync(9));

    [Fact]
    public async Task Rest_AfterASuccess_StartsAgainAtTenMilliseconds()
    {
        Assert.Equal([10, 20, 40], await RestAsync(3));
        _backoff.Succeeded();
        Assert.Equal([10], await RestAsync(1));
    }

    [Fact]
    public async Task Rest_SuccessesInBetween_AreOneEpisodeAndOneLine()
    {
        for (int i = 0; i < 50; i++)
        {
            await RestAsync(1);
            _backoff.Succeeded();
        }

        Assert.Empty(_logger.Entries);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        LogEntry line = Assert.Single(_logger.Entries);
        Assert.Contains("50 times", line.Message, StringComparison.Ordinal);
        Assert.Contains("no more descriptors", line.Message, StringComparison.Ordinal);

        await RestAsync(1);
        _backoff.Dispose();
        Assert.Equal(2, _logger.Entries.Count);
    }

    [Fact]
    public async Task Rest_ForMinutes_IsReportedEveryMinute()
    {
        await RestAsync(8 + 150);
        Assert.Equal(2, _logger.Entries.Count);
    }

    [Fact]
    public async Task Rest_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        Task resting = _backoff.RestAsync("no more descriptors", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resting.OrHang());
    }

    private async Task<List<double>> RestAsync(int times)
    {
        var rests = new List<double>();
        for (int i = 0; i < times; i++)
        {
            long start = _clock.GetTimestamp();
            Task resting = _backoff.RestAsync("no more descriptors", CancellationToken.None).AsTask();
            await _clock.AdvanceUntilAsync(resting, TimeSpan.FromMilliseconds(10));
            rests.Add(_clock.GetElapsedTime(start).TotalMilliseconds);
        }

        return rests;
    }
}
