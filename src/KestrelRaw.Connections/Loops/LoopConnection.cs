using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Loops;

/// <summary>A connection whose events an <see cref="EventLoop"/> tells. What few handlers ask for is made when it is asked for.</summary>
internal sealed partial class LoopConnection : AcceptedConnection, IDuplexPipe, ILoopTarget
{
    private const uint InputEvents = Epoll.Read | Epoll.ReadHangUp | Epoll.EdgeTriggered;
    private const uint PeerEnded = Epoll.ReadHangUp | Epoll.HangUp | Epoll.Error;

    private static long _lastId;

    private readonly EventLoop _loop;
    private readonly LoopInput _input;
    private readonly long _key;
    private LoopOutput? _output;
    private CancellationTokenSource? _closedSource;
    private Socket? _socket;
    private string? _connectionId;
    private volatile bool _hasPeerEnded;
    private volatile bool _hasError;
    private volatile bool _isBroken;
    private bool _asksForRoom;
    private volatile bool _endsOnReset;

    /// <exception cref="System.ComponentModel.Win32Exception">The kernel has no memory to watch it.</exception>
    public LoopConnection(AcceptedSocket accepted, EventLoop loop, ConnectionLease lease, ConnectionScope scope)
        : base(accepted, lease, scope, loop.DueTimes)
    {
        _loop = loop;
        _input = new LoopInput(this, IsInline);
        lease.Attach(this);

        // Last: the first event may come before the constructor returns.
        _key = loop.Watch(Handle, this, InputEvents);
    }

    public override SafeHandle Handle => Accepted.Handle;

    public PipeReader Input => _input;

    public PipeWriter Output => _output ?? CreateOutput();

    public void OnEvents(uint events)
    {
        bool hasPeerEnded = (events & PeerEnded) != 0;
        _hasPeerEnded |= hasPeerEnded;
        if ((events & Epoll.Error) != 0)
        {
            _hasError = true;
            EndIfReset();
        }

        _input.OnReadable(hasPeerEnded);
        if (events == 0 || (events & (Epoll.Write | PeerEnded)) != 0)
        {
            _output?.OnWritable();
        }

        if (hasPeerEnded)
        {
            SignalClosed();
        }
    }

    /// <summary>Goes on with this connection when the loop has looked after the others.</summary>
    public void LetOthersGoFirst() => _loop.Post(this);

    /// <summary>The kernel tells when it can take something to send again.</summary>
    public void AskForRoom()
    {
        // Once is enough: from then on each time it had none and has some again is an event.
        if (!_asksForRoom)
        {
            _asksForRoom = true;
            _loop.Rewatch(Handle, _key, InputEvents | Epoll.Write);
        }
    }

    public override bool TryEndOnReset()
    {
        _endsOnReset = true;
        EndIfReset();
        return true;
    }

    public bool IsEnded(CancellationToken cancellationToken) => cancellationToken == Ended;

    public override void EndAs(ConnectionOutcome outcome)
    {
        base.EndAs(outcome);
        _input.OnConnectionEnded();
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        SendAsync(buffer, isLast: false, cancellationToken);

    public override ValueTask SendLastAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        SendAsync(buffer, isLast: true, cancellationToken);

    public override void ShutdownSend()
    {
        try
        {
            Check(SocketCalls.ShutdownSend(Handle));
        }
        catch (ObjectDisposedException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>A RST, for a response that must not be taken for whole.</summary>
    public void Reset(Exception reason) => AbortSocket(new ConnectionAbortedException("The handler completed its output with an error.", reason));

    protected override void AbortSocket(ConnectionAbortedException reason)
    {
        _isBroken = true;
        _input.Break(reason);
        try
        {
            if (!SocketReset.TrySend(Handle))
            {
                // Behind a Unix domain socket there is no RST.
                SocketCalls.ResetAtClose(Handle);
                SocketCalls.ShutdownAll(Handle);
            }
        }
        catch (ObjectDisposedException)
        {
            Log.NothingToAbort(Logger, ConnectionId);
        }

        // Not before the RST: a handler that is woken may close the socket, with a FIN, at once.
        _input.Fail(reason);
        _output?.Fail();
        SignalClosed();
    }

    protected override async ValueTask CloseSocketAsync()
    {
        if (_output is { } output)
        {
            await output.FinishAsync();
        }

        _isBroken = true;
        _output?.Fail();
        _loop.Forget(_key);
        _input.Close();
        _socket?.Dispose();
        Accepted.Dispose();
        SignalClosed();
    }

    /// <summary>From here or from nowhere: most responses fit into the kernel's buffer, and need nothing but the call.</summary>
    private ValueTask SendAsync(ReadOnlyMemory<byte> buffer, bool isLast, CancellationToken cancellationToken)
    {
        if (_output is not null || cancellationToken.IsCancellationRequested)
        {
            return SendRestAsync(buffer, isLast, cancellationToken);
        }

        try
        {
            int sent = Check(SocketCalls.Send(Handle, buffer.Span, isMoreToCome: isLast));
            if (sent < buffer.Length)
            {
                return SendRestAsync(buffer[sent..], isLast, cancellationToken);
            }

            if (isLast)
            {
                Check(SocketCalls.ShutdownSend(Handle));
            }

            return ValueTask.CompletedTask;
        }
        catch (ObjectDisposedException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>What the kernel took; 0 when it had no room.</summary>
    private int Check(int result) =>
        result >= 0 ? result
        : result == -ErrorNumber.Again ? 0
        : throw Translate(ErrorNumber.ToException(-result));

    private void EndIfReset()
    {
        // Either this sees the error, or the event sees that it is waited for.
        Interlocked.MemoryBarrier();
        if (_hasError && _endsOnReset)
        {
            EndAs(ConnectionOutcome.ClientReset);
        }
    }

    private LoopOutput CreateOutput()
    {
        var created = new LoopOutput(this, IsInline);
        LoopOutput output = Interlocked.CompareExchange(ref _output, created, null) ?? created;
        if (_isBroken)
        {
            output.Fail();
        }

        return output;
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> buffer, bool isLast, CancellationToken cancellationToken)
    {
        FlushResult result = await ((LoopOutput)Output).WriteAsync(buffer, dropsWhenCanceled: true, cancellationToken);
        if (result.IsCompleted)
        {
            throw Translate(new SocketException((int)SocketError.ConnectionReset));
        }

        if (isLast)
        {
            ShutdownSend();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(63, LogLevel.Trace, "Connection {ConnectionId} was closed before it was aborted", EventName = "LoopNothingToAbort")]
        public static partial void NothingToAbort(ILogger logger, string connectionId);

        [LoggerMessage(64, LogLevel.Error, "Connection {ConnectionId}: a callback of ConnectionClosed failed", EventName = "ConnectionClosedFailed")]
        public static partial void ClosedFailed(ILogger logger, string connectionId, Exception error);
    }
}
