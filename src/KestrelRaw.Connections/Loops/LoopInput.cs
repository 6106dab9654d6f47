using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using KestrelRaw.Connections.Kernel;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// What the client sends. The kernel is asked when the handler reads and has seen all that is here, so a handler that does
/// not read makes the client wait, and a connection that waits holds no buffer.
/// </summary>
internal sealed class LoopInput : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>A client that sends faster than its handler reads would have the loop for itself.</summary>
    private const int ReceivesInARow = 16;

    private readonly LoopConnection _connection;
    private readonly InputBuffer _buffer = new();

    // All of it is guarded by a lock on this object, which nobody else knows of: the handler's thread and the loop's meet here.
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private Exception? _error;
    private int _inARow;
    private bool _isReadable;
    private bool _hasPeerEnded;
    private bool _isEndOfFile;
    private Reading _reading;
    private bool _isWaiting;
    private bool _endsWithConnection;
    private bool _isReadCanceled;
    private bool _isCompleted;

    public LoopInput(LoopConnection connection, bool continueInline)
    {
        _connection = connection;
        _source.RunContinuationsAsynchronously = !continueInline;
    }

    private enum Reading
    {
        No,

        /// <summary>After a read that was cancelled: AdvanceTo is allowed, and the next read without it, too.</summary>
        Perhaps,

        Yes,
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        bool isConnectionsToken = cancellationToken.CanBeCanceled && _connection.IsEnded(cancellationToken);
        lock (this)
        {
            bool isTooLong = _inARow >= ReceivesInARow;
            if (TryTake(mayReceive: !isTooLong, out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            _inARow = 0;
            if (isTooLong)
            {
                _connection.LetOthersGoFirst();
            }

            _source.Reset();
            _isWaiting = true;
            _endsWithConnection = isConnectionsToken;
        }

        if (isConnectionsToken)
        {
            // Its end cancels the wait without a registration; it may have come just now.
            if (cancellationToken.IsCancellationRequested)
            {
                OnConnectionEnded();
            }
        }
        else if (cancellationToken.CanBeCanceled)
        {
            Register(cancellationToken);
        }

        return new ValueTask<ReadResult>(this, _source.Version);
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (this)
        {
            return TryTake(mayReceive: true, out result);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (this)
        {
            ThrowIfCompleted();
            if (_reading == Reading.No)
            {
                throw new InvalidOperationException("No reading operation to complete.");
            }

            _buffer.AdvanceTo(consumed, examined);
            _reading = Reading.No;
        }
    }

    public override void CancelPendingRead()
    {
        lock (this)
        {
            _isReadCanceled = true;
            if (!TryEndWait())
            {
                return;
            }
        }

        _source.SetResult(true);
    }

    public override void Complete(Exception? exception = null)
    {
        lock (this)
        {
            _isCompleted = true;
            _reading = Reading.No;
            _buffer.Clear();
            if (!TryEndWait())
            {
                return;
            }
        }

        _source.SetException(new InvalidOperationException("The reader was completed while it was read from."));
    }

    /// <summary>The loop has news.</summary>
    /// <param name="hasPeerEnded">The client has closed its side, or reset.</param>
    public void OnReadable(bool hasPeerEnded)
    {
        lock (this)
        {
            _isReadable = true;
            _hasPeerEnded |= hasPeerEnded;
            if (!_isWaiting || _error is not null || !TryReceive() || !TryEndWait())
            {
                return;
            }
        }

        _source.SetResult(true);
    }

    /// <summary>The token <c>Ended</c> of the connection is cancelled.</summary>
    public void OnConnectionEnded()
    {
        lock (this)
        {
            if (!_endsWithConnection || !TryEndWait())
            {
                return;
            }
        }

        _source.SetException(new OperationCanceledException(_connection.Ended));
    }

    /// <summary>The kernel is not to be asked any more; whoever waits is told by <see cref="Fail"/>.</summary>
    public void Break(Exception error)
    {
        lock (this)
        {
            _error ??= error;
        }
    }

    /// <summary>Nothing will come any more.</summary>
    public void Fail(Exception error)
    {
        lock (this)
        {
            _error ??= error;
            if (!TryEndWait())
            {
                return;
            }
        }

        _source.SetResult(true);
    }

    /// <summary>The connection is closed. A handler that goes on reading what it has read keeps that.</summary>
    public void Close()
    {
        Fail(new ConnectionAbortedException("The connection was closed."));
        lock (this)
        {
            if (_reading == Reading.No)
            {
                _buffer.Clear();
            }
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _source.GetResult(token);
        lock (this)
        {
            return TryTake(mayReceive: true, out ReadResult result)
                ? result
                : throw new InvalidOperationException("A read ended without a reason.");
        }
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Register(CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static (state, token) => ((LoopInput)state!).Cancel(token), this);
        lock (this)
        {
            if (_isWaiting)
            {
                _registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (this)
        {
            if (!TryEndWait())
            {
                return;
            }
        }

        _source.SetException(new OperationCanceledException(cancellationToken));
    }

    private bool TryEndWait()
    {
        if (!_isWaiting)
        {
            return false;
        }

        _isWaiting = false;
        _registration.Unregister();
        _registration = default;
        return true;
    }

    /// <returns>False when the handler has seen all that is here and nothing came.</returns>
    private bool TryTake(bool mayReceive, out ReadResult result)
    {
        ThrowIfCompleted();
        if (_reading == Reading.Yes || _isWaiting)
        {
            throw new InvalidOperationException("Reading is already in progress.");
        }

        bool isAny = _error is not null || _buffer.HasUnexamined || _isEndOfFile || _isReadCanceled || (mayReceive && TryReceive());
        if (_error is not null)
        {
            // A new one each time: it gets the stack of who reads.
            throw _error is ConnectionResetException
                ? new ConnectionResetException(_error.Message, _error)
                : new ConnectionAbortedException(_error.Message, _error);
        }

        _reading = !isAny ? Reading.No : _isReadCanceled ? Reading.Perhaps : Reading.Yes;
        result = isAny ? new ReadResult(_buffer.Unconsumed, _isReadCanceled, _isEndOfFile) : default;
        _isReadCanceled = false;
        return isAny;
    }

    /// <returns>True when there is something to tell: bytes, the end of file, or an error.</returns>
    private bool TryReceive()
    {
        if (!_isReadable || _error is not null || _isEndOfFile)
        {
            return _error is not null || _isEndOfFile;
        }

        Span<byte> room = _buffer.GetRoom();
        int count = SocketCalls.Receive(_connection.Handle, room);
        _buffer.Add(count, room.Length);
        if (count > 0)
        {
            // Fewer than there was room for: that was all, and what comes next is an event of its own (epoll(7)). But the
            // client's FIN may have been a part of the event that is being looked after.
            _isReadable = count == room.Length || _hasPeerEnded;
            _inARow++;
            return true;
        }

        _isReadable = false;
        if (count == -ErrorNumber.Again)
        {
            return false;
        }

        _isEndOfFile = count == 0;
        _error = _isEndOfFile ? null : new ConnectionResetException("The client reset the connection.", ErrorNumber.ToException(-count));
        return true;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Reading is not allowed after reader was completed.");
        }
    }
}
