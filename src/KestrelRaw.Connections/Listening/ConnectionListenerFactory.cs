using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Loops;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>Binds the endpoints that were declared with <c>UseConnectionListener</c>; Kestrel's own transport binds the rest.</summary>
internal sealed partial class ConnectionListenerFactory(
    ListenerRegistry registry,
    SocketTransport transport,
    ConnectionCountersRegistry counters,
    ConnectionMetrics metrics,
    DescriptorHeadroom headroom,
    HangUpWatcher hangUps,
    AcceptLoopHealth health,
    EventLoops loops,
    TimerDueTimes dueTimes,
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

        // Noted, so that whoever chose Auto can see what it came to.
        options.Transport = Resolve(options.Transport);
        Socket listening = Open(endpoint, options);
        IListenSocket socket = options.Transport == ConnectionTransport.Epoll
            ? new LoopListenSocket(listening, options.IsListenSocketShared, loops.Next())
            : new ListenSocket(listening, options.IsListenSocketShared);

        // Noted, so that the second address of ListenLocalhost goes by the first one's name.
        string name = options.Name ??= socket.EndPoint.ToString()!;
        ConnectionAdmission admission = options.Admission ??= new ConnectionAdmission(new ConnectionPool(size: null, timeProvider) { Name = name });
        admission.LogTo(_logger, name);
        NoticeUnreachable(socket, name, options);
        _limits.Run(name, admission.Pool, options.IsListenSocketShared ? null : options.Backlog);
        var scope = new ConnectionScope(name, admission, counters.For(name), metrics, dueTimes, _logger)
        {
            Inline = options.Dispatch == ConnectionDispatch.Inline ? new InlineDispatcher(options.Pipeline!, name, timeProvider, _logger) : null,
        };
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

    private void NoticeUnreachable(IListenSocket socket, string name, ConnectionListenerOptions options)
    {
        Set(options.UnreachableTimeout);
        options.UnreachableTimeoutChanged += Set;

        void Set(TimeSpan? timeout)
        {
            try
            {
                socket.SetUnreachableTimeout(timeout);
            }
            catch (SocketException error)
            {
                Log.UnreachableNotNoticed(_logger, name, error.Message);
            }
        }
    }

    private static ConnectionTransport Resolve(ConnectionTransport kind)
    {
        if (kind == ConnectionTransport.Epoll && !OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException($"{nameof(ConnectionTransport)}.{kind} needs Linux.");
        }

        return kind != ConnectionTransport.Auto ? kind
            : OperatingSystem.IsLinux() ? ConnectionTransport.Epoll
            : ConnectionTransport.Sockets;
    }

    private Func<AcceptedSocket, ConnectionLease, ConnectionScope, AcceptedConnection> CreateConnection(ConnectionTransport kind) => kind switch
    {
        ConnectionTransport.Sockets => (socket, lease, scope) => new PipesConnection(socket, transport, lease, scope),
        ConnectionTransport.Epoll => (socket, lease, scope) => new LoopConnection(socket, loops.Next(), lease, scope),
        ConnectionTransport.BlockingSocket => static (socket, lease, scope) => new BlockingConnection(socket, lease, scope),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such transport."),
    };

    private static partial class Log
    {
        [LoggerMessage(13, LogLevel.Warning, "Endpoint {Endpoint}: clients that can't be reached any more are noticed only by the timeouts of a connection's phases: {Error}", EventName = "UnreachableNotNoticed")]
        public static partial void UnreachableNotNoticed(ILogger logger, string endpoint, string error);
    }
}
