using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>Binds the endpoints that were declared with <c>UseConnectionListener</c>; Kestrel's own transport binds the rest.</summary>
internal sealed partial class ConnectionListenerFactory(
    ListenerRegistry registry,
    SocketTransport transport,
    ConnectionCountersRegistry counters,
    DescriptorHeadroom headroom,
    AcceptLoopHealth health,
    TimeProvider timeProvider,
    ILoggerFactory loggerFactory) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("KestrelRaw.Connections");

    public bool CanBind(EndPoint endpoint) => registry.TryGet(endpoint, out _);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (!registry.TryGet(endpoint, out ConnectionListenerOptions? options))
        {
            throw new InvalidOperationException($"{endpoint} was not declared with {nameof(ListenOptionsExtensions.UseConnectionListener)}.");
        }

        if (headroom.IsTooSmall())
        {
            Log.TooFewDescriptors(_logger, options.Name, headroom.Limit, DescriptorHeadroom.Reserve);
        }

        var scope = new ConnectionScope(options.Name, options.Pool, counters.For(options.Name), timeProvider, _logger);
        return ValueTask.FromResult<IConnectionListener>(
            new ConnectionListener(new ListenSocket(Open(endpoint, options)), CreateConnection(options.Transport), scope, headroom, health));
    }

    private static Socket Open(EndPoint endPoint, ConnectionListenerOptions options)
    {
        try
        {
            return options.ListenSocket ?? ListenSockets.Open(endPoint, options.Backlog);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The type that Kestrel turns into its own "address already in use".
            throw new AddressInUseException(error.Message, error);
        }
    }

    private Func<Socket, ConnectionScope, ConnectionContext> CreateConnection(ConnectionTransport kind) => kind switch
    {
        ConnectionTransport.Pipes => (socket, scope) => new PipesConnection(socket, transport.Create(socket), scope),
        ConnectionTransport.BlockingSocket => (socket, scope) => new BlockingConnection(socket, scope),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such transport."),
    };

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Warning, "Endpoint {Endpoint}: of the {Limit} file descriptors that this process may have, fewer than the {Reserve} that the runtime needs are free already at start; connections will be served one at a time. Raise the limit (ulimit -n)", EventName = "TooFewDescriptors")]
        public static partial void TooFewDescriptors(ILogger logger, string endpoint, int? limit, int reserve);
    }
}
