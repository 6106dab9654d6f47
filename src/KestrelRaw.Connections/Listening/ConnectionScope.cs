using System.Net;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>What all connections of one endpoint share, and the one place where their ends are counted.</summary>
internal sealed partial class ConnectionScope(
    string endpoint, ConnectionAdmission admission, ConnectionCounters counters, ConnectionMetrics metrics, DueTimes dueTimes, ILogger logger)
{
    public string Endpoint => endpoint;

    public ConnectionAdmission Admission => admission;

    public ConnectionCounters Counters => counters;

    public ConnectionMetrics Metrics => metrics;

    /// <summary>Where connections wait that have no event loop.</summary>
    public DueTimes DueTimes => dueTimes;

    public TimeProvider TimeProvider => dueTimes.TimeProvider;

    /// <summary>Runs the connections' handlers; null leaves that to Kestrel.</summary>
    public InlineDispatcher? Inline { get; init; }

    public ILogger Logger => logger;

    /// <summary>A connection has ended; null for one that never got a slot. To be called once for each that was counted as accepted.</summary>
    public void CountEnd(BaseConnectionContext? connection, in AcceptedSocket socket, ConnectionOutcome outcome, long bytesReceived = 0, long bytesSent = 0)
    {
        TimeSpan duration = TimeProvider.GetElapsedTime(socket.AcceptedAt);
        metrics.RecordDuration(endpoint, outcome, duration);
        counters.CountFinished(outcome);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.ConnectionEnded(logger, endpoint, connection?.ConnectionId ?? "-", Format(socket.RemoteEndPoint), outcome.ToName(), bytesReceived, bytesSent, duration.TotalMilliseconds);
        }
    }

    /// <summary>A Unix domain socket's client has no address.</summary>
    private static string Format(EndPoint? remoteEndPoint) => remoteEndPoint?.ToString() is { Length: > 0 } text ? text : "-";

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Debug, "Endpoint {Endpoint}: connection {ConnectionId} from {RemoteEndPoint} ended as {Outcome}: {BytesReceived} bytes received, {BytesSent} sent, {Milliseconds:0.0} ms", EventName = "ConnectionEnded", SkipEnabledCheck = true)]
        public static partial void ConnectionEnded(
            ILogger logger, string endpoint, string connectionId, string remoteEndPoint, string outcome, long bytesReceived, long bytesSent, double milliseconds);
    }
}
