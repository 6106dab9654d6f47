using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>A bare socket in blocking mode. Nothing asynchronous may touch it: .NET would make it non-blocking for good.</summary>
internal sealed partial class BlockingConnection : SocketConnection, IConnectionSocketFeature
{
    private static long _lastId;

    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenRegistration _wakeUp;

    public BlockingConnection(AcceptedSocket accepted, ConnectionLease lease, ConnectionScope scope)
        : base(accepted, accepted.ToSocket(), lease, scope)
    {
        LocalEndPoint = Socket.LocalEndPoint;
        RemoteEndPoint = accepted.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Introduce();
        Features.Set<IConnectionSocketFeature>(this);
        _wakeUp = Ended.UnsafeRegister(static state => ((BlockingConnection)state!).WakeThread(), this);
    }

    public override string ConnectionId { get; set; } =
        "B" + Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override IDuplexPipe Transport
    {
        get => throw new NotSupportedException($"A connection of {nameof(ConnectionTransport)}.{nameof(ConnectionTransport.BlockingSocket)} has a socket and no pipes.");
        set => throw new NotSupportedException($"A connection of {nameof(ConnectionTransport)}.{nameof(ConnectionTransport.BlockingSocket)} has a socket and no pipes.");
    }

    protected override void AbortSocket(ConnectionAbortedException reason)
    {
        try
        {
            // Where there is no better way, the thread that is woken next closes the socket, which with no linger is a
            // RST, though behind a FIN.
            if (!SocketReset.TrySend(Socket))
            {
                Socket.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Log.NothingToAbort(Logger, ConnectionId, exception.Message);
        }
    }

    protected override async ValueTask CloseSocketAsync()
    {
        // First, and waiting for a wake-up that runs: the descriptor's number may belong to another connection soon.
        await _wakeUp.DisposeAsync();
        Socket.Dispose();
        await _closed.CancelAsync();
        _closed.Dispose();
    }

    /// <summary>A thread that blocks in a call on the socket can only be woken through the socket.</summary>
    private void WakeThread()
    {
        // A shutdown is a FIN behind what was sent so far: a client that begins to read now would take that for the whole.
        if (Outcome == ConnectionOutcome.SendTimeout && SocketReset.TrySend(Socket))
        {
            return;
        }

        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException exception)
        {
            // The client has reset: the thread is awake.
            Log.NothingToAbort(Logger, ConnectionId, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(22, LogLevel.Trace, "Connection {ConnectionId} was gone before it was aborted: {Error}", EventName = "NothingToAbort")]
        public static partial void NothingToAbort(ILogger logger, string connectionId, string error);
    }
}
