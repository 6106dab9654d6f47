using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// A listening socket whose accept loop runs on an event loop. While the accept loop is busy elsewhere, waiting for a slot
/// for example, the kernel is not asked for events: a connection in its queue then wakes nobody.
/// </summary>
internal sealed class LoopListenSocket : IListenSocket, ILoopTarget, IValueTaskSource<AcceptedSocket>
{
    /// <summary>So many without looking at the loop's other events; gevent's is 100.</summary>
    private const int AcceptsInARow = 64;

    private const uint OneConnection = Epoll.Read | Epoll.OneShot;

    private readonly ListenSocket _listenSocket;
    private readonly SafeSocketHandle _handle;
    private readonly EventLoop _loop;
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<AcceptedSocket> _source;
    private CancellationTokenRegistration _registration;

    /// <summary>Of the wait. The registration would not know it: one with a token that is cancelled already is none.</summary>
    private CancellationToken _cancellationToken;
    private long? _key;
    private bool _isWaiting;
    private int _inARow;

    public LoopListenSocket(Socket socket, bool isShared, EventLoop loop)
    {
        socket.Blocking = false;
        _listenSocket = new ListenSocket(socket, isShared);
        _handle = socket.SafeHandle;
        _loop = loop;
    }

    public EndPoint EndPoint => _listenSocket.EndPoint;

    public bool IsShared => _listenSocket.IsShared;

    public int? QueueLength => _listenSocket.QueueLength;

    public void SetUnreachableTimeout(TimeSpan? timeout) => _listenSocket.SetUnreachableTimeout(timeout);

    public ValueTask<AcceptedSocket> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isTooLong = ++_inARow > AcceptsInARow;
        if (!isTooLong && TryAccept(out AcceptedSocket accepted))
        {
            return ValueTask.FromResult(accepted);
        }

        _inARow = 0;
        _source.Reset();
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((LoopListenSocket)state!).LookElsewhere(), this);
        Wait(asksForEvent: !isTooLong);
        if (cancellationToken.IsCancellationRequested)
        {
            // The callback may have come before anybody waited.
            LookElsewhere();
        }
        else if (isTooLong)
        {
            _loop.Post(this);
        }

        return new ValueTask<AcceptedSocket>(this, _source.Version);
    }

    /// <summary>Known for good only when the kernel's queue is empty: then it answers false.</summary>
    public bool TryAccept(out AcceptedSocket accepted)
    {
        int result = SocketCalls.Accept(_handle, out EndPoint? remoteEndPoint);
        if (result == -ErrorNumber.Again)
        {
            accepted = default;
            return false;
        }

        accepted = result >= 0
            ? _listenSocket.Restored(new AcceptedSocket(new SocketDescriptor(result), remoteEndPoint, AcceptedAt: 0))
            : throw ErrorNumber.ToException(-result);
        return true;
    }

    public bool TryRefuseNewConnections() => _listenSocket.TryRefuseNewConnections();

    public bool HasHandshakes() => _listenSocket.HasHandshakes();

    public void Dispose()
    {
        if (_key is { } key)
        {
            // The socket may be another process's too, and its watch would outlive the descriptor.
            _loop.Unwatch(_handle, key);
        }

        _listenSocket.Dispose();
    }

    public void OnEvents(uint events)
    {
        CancellationToken cancellationToken;
        lock (_lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            cancellationToken = _cancellationToken;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            _source.SetException(new OperationCanceledException(cancellationToken));
            return;
        }

        try
        {
            if (TryAccept(out AcceptedSocket accepted))
            {
                _registration.Unregister();
                _source.SetResult(accepted);
                return;
            }

            Wait(asksForEvent: true);
            if (cancellationToken.IsCancellationRequested)
            {
                LookElsewhere();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or Win32Exception)
        {
            _registration.Unregister();
            _source.SetException(error);
        }
    }

    public override string ToString() => $"the accept loop on {EndPoint}";

    AcceptedSocket IValueTaskSource<AcceptedSocket>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AcceptedSocket>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<AcceptedSocket>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>
    /// The wait is cancelled. An accept loop is not to go on in the middle of what the cancelling thread does; nor on the
    /// event loop, which some handler may block for good while the server shuts down.
    /// </summary>
    private void LookElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.OnEvents(0), this, preferLocal: false);

    /// <summary>One at a time: a wait that is cancelled as it begins is followed by the next one, on another thread.</summary>
    private void Wait(bool asksForEvent)
    {
        lock (_lock)
        {
            if (asksForEvent)
            {
                AskForEvent();
            }

            _isWaiting = true;
        }
    }

    private void AskForEvent()
    {
        if (_key is { } key)
        {
            _loop.Rewatch(_handle, key, OneConnection);
        }
        else
        {
            _key = _loop.Watch(_handle, this, OneConnection);
        }
    }
}
