using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// How long accept rests after a failure: 10 ms, doubling to 1 s, back to 10 ms after a success, as gevent's
/// <c>BaseServer</c> does. Failures less than two seconds apart are one episode, and an episode is one log line, however
/// often single accepts succeed meanwhile. One that goes on is reported every minute.
/// </summary>
internal sealed partial class AcceptBackoff(string endpoint, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TimeSpan _next = Shortest;
    private ITimer? _endOfEpisode;
    private long _episodeStart;
    private long _lastFailure;
    private int _failures;
    private string _lastError = "";

    public void Succeeded() => _next = Shortest;

    /// <summary>Counts the failure and rests.</summary>
    public async ValueTask RestAsync(string error, CancellationToken cancellationToken)
    {
        TimeSpan rest = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        Count(error);
        await MonotonicDelay.WaitAsync(rest, timeProvider, cancellationToken);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Report();
            _endOfEpisode?.Dispose();
        }
    }

    private void Count(string error)
    {
        lock (_lock)
        {
            _lastFailure = timeProvider.GetTimestamp();
            _lastError = error;
            if (_failures++ == 0)
            {
                _episodeStart = _lastFailure;
                _endOfEpisode ??= timeProvider.CreateTimer(static state => ((AcceptBackoff)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _endOfEpisode.Change(Longest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            // Two rests: accept must have succeeded, not merely be asleep after its last failure.
            bool quiet = timeProvider.GetElapsedTime(_lastFailure) >= 2 * Longest;
            if (quiet || timeProvider.GetElapsedTime(_episodeStart) >= ReportEvery)
            {
                Report();
            }
            else
            {
                _endOfEpisode!.Change(Longest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Report()
    {
        if (_failures > 0)
        {
            Log.AcceptRested(logger, endpoint, _failures, timeProvider.GetElapsedTime(_episodeStart, _lastFailure).TotalSeconds, _lastError);
            _failures = 0;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "Endpoint {Endpoint}: accepting rested {Count} times (10 ms to 1 s) within {Seconds:0.0} s; the last reason was: {Error}", EventName = "AcceptRested")]
        public static partial void AcceptRested(ILogger logger, string endpoint, int count, double seconds, string error);
    }
}
