using Microsoft.Extensions.Logging;

namespace KestrelRaw.Work.MongoDb;

/// <summary>Says that reads fail: each one at Debug, and all of them together now and then, so that thousands are no flood.</summary>
internal sealed class ReadFailures(string endpoint, string documents, ILogger logger, TimeProvider timeProvider)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _count;
    private long? _lastSaid;

    public void Add(Exception exception)
    {
        MongoDbLog.ReadFailed(logger, endpoint, documents, exception.Message);
        lock (_lock)
        {
            _count++;
            if (_lastSaid is { } lastSaid && timeProvider.GetElapsedTime(lastSaid) < Interval)
            {
                return;
            }

            MongoDbLog.ReadsFail(logger, endpoint, documents, _count, exception.Message);
            _lastSaid = timeProvider.GetTimestamp();
            _count = 0;
        }
    }
}
