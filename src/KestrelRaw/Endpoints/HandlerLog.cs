using System.Buffers;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Endpoints;

/// <summary>What the connection handlers write, in either model.</summary>
internal sealed partial class HandlerLog(ILogger<HandlerLog> logger)
{
    public ILogger Logger => logger;

    /// <summary>Escaping costs; look here first.</summary>
    public bool IsReceivedEnabled => logger.IsEnabled(LogLevel.Trace);

    public void Received(string endpoint, string connectionId, in ReadOnlySequence<byte> bytes) =>
        Received(logger, endpoint, connectionId, bytes.Length, ByteText.Escape(bytes));

    public void HandlerFailed(string endpoint, string connectionId, Exception exception) =>
        HandlerFailed(logger, endpoint, connectionId, exception);

    public void ThreadNotStarted(string endpoint, string connectionId, string error) =>
        ThreadNotStarted(logger, endpoint, connectionId, error);

    [LoggerMessage(30, LogLevel.Trace, "Endpoint {Endpoint}: connection {ConnectionId} sent {Count} bytes: {Bytes}", EventName = "Received")]
    private static partial void Received(ILogger logger, string endpoint, string connectionId, long count, string bytes);

    [LoggerMessage(31, LogLevel.Error, "Endpoint {Endpoint}: the handler of connection {ConnectionId} failed", EventName = "HandlerFailed")]
    private static partial void HandlerFailed(ILogger logger, string endpoint, string connectionId, Exception exception);

    [LoggerMessage(32, LogLevel.Error, "Endpoint {Endpoint}: connection {ConnectionId} was closed because no thread could be started for it; look at the limits on processes (ulimit -u, the container's pids) and memory: {Error}", EventName = "ThreadNotStarted")]
    private static partial void ThreadNotStarted(ILogger logger, string endpoint, string connectionId, string error);
}
