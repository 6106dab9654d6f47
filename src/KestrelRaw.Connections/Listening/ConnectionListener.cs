using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// The accept loop of one listening socket. Kestrel calls <see cref="AcceptAsync"/> again and again until it answers
/// null, and is deaf for good after an exception: so it never throws.
/// </summary>
internal sealed partial class ConnectionListener(
    IListenSocket listenSocket,
    Func<Socket, ConnectionScope, ConnectionContext> createConnection,
    ConnectionScope scope,
    DescriptorHeadroom headroom,
    AcceptLoopHealth health) : IConnectionListener
{
    private readonly AcceptBackoff _backoff = new(scope.Endpoint, scope.TimeProvider, scope.Logger);

    /// <summary>Connections that were taken out of the kernel's queue at unbind and wait here for a slot.</summary>
    private readonly Queue<Socket> _backlog = new();

    private readonly CancellationTokenSource _unbinding = new();
    private readonly CancellationTokenSource _deadline = new();
    private CancellationTokenRegistration _deadlineRegistration;
    private volatile bool _isClosed;

    public EndPoint EndPoint { get; } = listenSocket.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await NextSocketAsync(cancellationToken) is { } socket)
        {
            if (await TryTakeSlotAsync(socket) && TryCreateConnection(socket) is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>
    /// Ends the wait for clients and returns. The accept loop then empties the kernel's queue, serves what was in it
    /// through the pool as long as <paramref name="cancellationToken"/> allows, and answers null: Kestrel waits for that.
    /// </summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _deadlineRegistration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _deadline);
        await _unbinding.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _deadline.CancelAsync();
        await _unbinding.CancelAsync();
        await _deadlineRegistration.DisposeAsync();
        Close();
        while (_backlog.TryDequeue(out Socket? waiting))
        {
            Abort(waiting);
        }

        _backoff.Dispose();
    }

    private async ValueTask<Socket?> NextSocketAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (_backlog.TryDequeue(out Socket? waiting))
            {
                return waiting;
            }

            if (_isClosed)
            {
                return null;
            }

            try
            {
                if (headroom.IsExhausted() && !_deadline.IsCancellationRequested)
                {
                    await RestAsync($"only {DescriptorHeadroom.Reserve} of {headroom.Limit} file descriptors are left");
                }
                else if (_unbinding.IsCancellationRequested)
                {
                    EmptyKernelQueue();
                }
                else
                {
                    return await AcceptOneAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (_unbinding.IsCancellationRequested || cancellationToken.IsCancellationRequested)
            {
                // Not an error of accept: the next turn sees which of the two it was.
            }
            catch (Exception error)
            {
                await HandleAcceptErrorAsync(error);
            }
        }

        return null;
    }

    private async ValueTask<Socket> AcceptOneAsync(CancellationToken cancellationToken)
    {
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(_unbinding.Token, cancellationToken)
            : null;
        CancellationToken stop = linked?.Token ?? _unbinding.Token;

        // gevent's order, slot before accept, so that the excess waits in the kernel's queue. But the slot is taken when
        // the client is there: an idle listener that held one would show as a connection, and starve the others that
        // share its pool.
        if (scope.Pool is { } pool)
        {
            await pool.WaitAvailableAsync(stop);
        }

        Socket socket = await listenSocket.AcceptAsync(stop);
        CountAccepted(socket);
        return socket;
    }

    /// <summary>
    /// Takes every connection out of the kernel's queue, which would be reset at close, then closes the listening socket.
    /// What there are no descriptors for is left until some of those that were taken are served.
    /// </summary>
    private void EmptyKernelQueue()
    {
        // No slot will ever come free in a pool of size 0, and none in time after the deadline.
        if (scope.Pool?.Size != 0 && !_deadline.IsCancellationRequested)
        {
            if (!listenSocket.TryRefuseNewConnections())
            {
                Log.NewConnectionsNotRefused(scope.Logger, scope.Endpoint);
            }

            while (listenSocket.TryAccept(out Socket? socket))
            {
                CountAccepted(socket!);
                _backlog.Enqueue(socket!);
                if (headroom.IsExhausted())
                {
                    return;
                }
            }
        }

        Close();
    }

    private async ValueTask HandleAcceptErrorAsync(Exception error)
    {
        if (_isClosed)
        {
            return;
        }

        switch (AcceptErrors.Classify(error))
        {
            case AcceptErrorKind.Connection:
                scope.Counters.CountAcceptError();
                Log.ConnectionLostInQueue(scope.Logger, scope.Endpoint, error.Message);
                break;
            case AcceptErrorKind.Shortage:
                await RestAsync(error.Message);
                break;
            default:
                scope.Counters.CountAcceptError();
                Log.AcceptLoopDown(scope.Logger, scope.Endpoint, EndPoint, error);
                health.ReportDown(scope.Endpoint, error.Message);
                Close();
                break;
        }
    }

    private async ValueTask RestAsync(string reason)
    {
        scope.Counters.CountAcceptError();
        CancellationToken wake = _unbinding.IsCancellationRequested ? _deadline.Token : _unbinding.Token;
        await _backoff.RestAsync(reason, wake).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>At once, unless the pool was filled or shrunk between the wait for a free slot and the accept.</summary>
    private async ValueTask<bool> TryTakeSlotAsync(Socket socket)
    {
        try
        {
            if (scope.Pool is { } pool)
            {
                await pool.AcquireAsync(_deadline.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            Abort(socket);
            return false;
        }
    }

    private ConnectionContext? TryCreateConnection(Socket socket)
    {
        try
        {
            return createConnection(socket, scope);
        }
        catch (Exception error)
        {
            Log.ConnectionNotCreated(scope.Logger, scope.Endpoint, error);
            socket.Dispose();
            scope.Counters.CountFinished(ConnectionOutcome.Error);
            scope.Pool?.Release();
            return null;
        }
    }

    private void Abort(Socket accepted)
    {
        accepted.Dispose();
        scope.Counters.CountFinished(ConnectionOutcome.Aborted);
    }

    private void CountAccepted(Socket socket)
    {
        headroom.Observe(socket);
        _backoff.Succeeded();
        scope.Counters.CountAccepted();
    }

    private void Close()
    {
        _isClosed = true;
        listenSocket.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Endpoint {Endpoint}: a connection was lost before it was accepted: {Error}", EventName = "ConnectionLostInQueue")]
        public static partial void ConnectionLostInQueue(ILogger logger, string endpoint, string error);

        [LoggerMessage(2, LogLevel.Critical, "Endpoint {Endpoint}: the listening socket on {EndPoint} is broken; nothing is accepted there any more", EventName = "AcceptLoopDown")]
        public static partial void AcceptLoopDown(ILogger logger, string endpoint, EndPoint endPoint, Exception error);

        [LoggerMessage(4, LogLevel.Debug, "Endpoint {Endpoint}: new connections can't be refused while the kernel's queue is emptied; one that comes just before the close is reset", EventName = "NewConnectionsNotRefused")]
        public static partial void NewConnectionsNotRefused(ILogger logger, string endpoint);

        [LoggerMessage(3, LogLevel.Error, "Endpoint {Endpoint}: an accepted connection could not be set up", EventName = "ConnectionNotCreated")]
        public static partial void ConnectionNotCreated(ILogger logger, string endpoint, Exception error);
    }
}
