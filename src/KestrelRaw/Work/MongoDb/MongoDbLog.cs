using Microsoft.Extensions.Logging;

namespace KestrelRaw.Work.MongoDb;

/// <summary>What the work <c>MongoDb</c> writes.</summary>
internal static partial class MongoDbLog
{
    [LoggerMessage(90, LogLevel.Information, "MongoDB at {Servers} is reached", EventName = "MongoDbReached")]
    public static partial void Reached(ILogger logger, string servers);

    [LoggerMessage(91, LogLevel.Warning, "MongoDB at {Servers} can't be reached, so the server is not ready; it goes on trying: {Reason}", EventName = "MongoDbLost")]
    public static partial void Lost(ILogger logger, string servers, string reason);

    [LoggerMessage(92, LogLevel.Information, "MongoDB at {Servers}: {MaxReads} reads run at a time, and the pools of {Endpoints} have no limit; what is beyond waits for its turn within Work:MongoDb:Timeout", EventName = "PoolsUnlimited")]
    public static partial void PoolsUnlimited(ILogger logger, string servers, int maxReads, string endpoints);

    [LoggerMessage(93, LogLevel.Warning, "MongoDB at {Servers}: {MaxReads} reads run at a time, and the pools of {Endpoints} admit {Connections} connections; the others wait for their turn within Work:MongoDb:Timeout (maxPoolSize in the connection string, or a restart, changes it)", EventName = "PoolsBeyondReads")]
    public static partial void PoolsBeyondReads(ILogger logger, string servers, int maxReads, string endpoints, int connections);

    [LoggerMessage(94, LogLevel.Information, "MongoDB at {Servers}: {MaxReads} reads could run at a time, and the pools of {Endpoints} admit only {Connections} connections", EventName = "PoolsBelowReads")]
    public static partial void PoolsBelowReads(ILogger logger, string servers, int maxReads, string endpoints, int connections);
}
