using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Work;

/// <summary>What the work threw. When a back end is gone every connection fails, for the same reason: one of them in a second is a warning.</summary>
internal sealed partial class WorkFailureLog(string endpoint, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private long _nextAt = long.MinValue;
    private long _untold;

    public void Report(string connectionId, Exception exception)
    {
        long now = timeProvider.GetTimestamp();
        long nextAt = Volatile.Read(ref _nextAt);
        if (now >= nextAt && Interlocked.CompareExchange(ref _nextAt, now + (long)(Rest.TotalSeconds * timeProvider.TimestampFrequency), nextAt) == nextAt)
        {
            // Where time ran out is no news.
            Failed(logger, endpoint, connectionId, exception.Message, Interlocked.Exchange(ref _untold, 0), exception is TimeoutException ? null : exception);
        }
        else
        {
            Interlocked.Increment(ref _untold);
            AlsoFailed(logger, endpoint, connectionId, exception.Message);
        }
    }

    [LoggerMessage(33, LogLevel.Warning, "Endpoint {Endpoint}: the work of connection {ConnectionId} failed: {Error} ({Untold} others since the last such line)", EventName = "WorkFailed")]
    private static partial void Failed(ILogger logger, string endpoint, string connectionId, string error, long untold, Exception? exception);

    [LoggerMessage(34, LogLevel.Debug, "Endpoint {Endpoint}: the work of connection {ConnectionId} failed: {Error}", EventName = "WorkAlsoFailed")]
    private static partial void AlsoFailed(ILogger logger, string endpoint, string connectionId, string error);
}
