using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>Binds the endpoints that were declared with <c>UseConnectionListener</c>; Kestrel's own transport binds the rest.</summary>
internal sealed class ConnectionListenerFactory(
    ListenerRegistry registry,
    SocketTransport transport,
    ConnectionCountersRegistry counters,
    ConnectionMetrics metrics,
    DescriptorHeadroom headroom,
    HangUpWatcher hangUps,
    AcceptLoopHealth health,
    TimeProvider timeProvider,
    ILoggerFactory loggerFactory) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const string LogCategory = "KestrelRaw.Connections";

    private readonly ILogger _logger = loggerFactory.CreateLogger(LogCategory);
    private readonly LimitsCheck _limits = new(loggerFactory.CreateLogger(LogCategory), headroom);

    public bool CanBind(EndPoint endpoint) => registry.TryGet(endpoint, out _);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (!registry.TryGet(endpoint, out ConnectionListenerOptions? options))
        {
            throw new InvalidOperationException($"{endpoint} was not declared with {nameof(ListenOptionsExtensions.UseConnectionListener)}.");
        }

        var socket = new ListenSocket(Open(endpoint, options), options.IsListenSocketShared);

        // Noted, so that the second address of ListenLocalhost goes by the first one's name.
        string name = options.Name ??= socket.EndPoint.ToString()!;
        ConnectionAdmission admission = options.Admission ??= new ConnectionAdmission(new ConnectionPool(size: null, timeProvider) { Name = name });
        _limits.Run(name, admission.Pool, options.IsListenSocketShared ? null : options.Backlog);
        var scope = new ConnectionScope(name, admission, counters.For(name), metrics, timeProvider, _logger);
        metrics.Add(name, scope.Counters, admission, () => socket.QueueLength);
        return ValueTask.FromResult<IConnectionListener>(
            new ConnectionListener(socket, CreateConnection(options.Transport), scope, headroom, hangUps, health));
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

    private Func<AcceptedSocket, ConnectionLease, ConnectionScope, ConnectionContext> CreateConnection(ConnectionTransport kind) => kind switch
    {
        ConnectionTransport.Auto or ConnectionTransport.Sockets => (socket, lease, scope) => new PipesConnection(socket, transport.Create(socket.Socket), lease, scope),
        ConnectionTransport.BlockingSocket => static (socket, lease, scope) => new BlockingConnection(socket, lease, scope),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such transport."),
    };
}
