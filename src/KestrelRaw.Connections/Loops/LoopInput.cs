using System.Buffers;
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
    private const int SmallestReceive = 512;
    private const int SmallestBlock = 4 * 1024;
    private const int LargestBlock = 64 * 1024;

    private readonly LoopConnection _connection;

    // All of it is guarded by a lock on this object, which nobody else knows of: the handler's thread and the loop's meet here.
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private InputBlock? _first;
    private InputBlock? _last;
    private Exception? _error;
    private long _consumed;
    private long _examined;
    private long _end;
    private int _blockLength = SmallestBlock;
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
            if (TryTake(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
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
            return TryTake(out result);
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

            long consumedTo = IndexOf(consumed);
            long examinedTo = IndexOf(examined);
            if (consumedTo < _consumed || consumedTo > _end || examinedTo > _end)
            {
                throw new ArgumentOutOfRangeException(nameof(consumed), "The position is not one of the buffer that was read.");
            }

            if (examinedTo < consumedTo)
            {
                throw new InvalidOperationException("The examined position must be greater than or equal to the consumed position.");
            }

            _reading = Reading.No;
            _consumed = consumedTo;
            _examined = Math.Max(_examined, examinedTo);
            ReturnConsumed();
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
            _consumed = _examined = _end;
            ReturnConsumed();
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
            if (!_isWaiting || !TryReceive() || !TryEndWait())
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

    /// <summary>Nothing will come any more, and the kernel is not to be asked.</summary>
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
                _consumed = _examined = _end;
                ReturnConsumed();
            }
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _source.GetResult(token);
        lock (this)
        {
            return TryTake(out ReadResult result)
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
    private bool TryTake(out ReadResult result)
    {
        ThrowIfCompleted();
        if (_reading == Reading.Yes || _isWaiting)
        {
            throw new InvalidOperationException("Reading is already in progress.");
        }

        bool isAny = _error is not null || _end > _examined || _isEndOfFile || _isReadCanceled || TryReceive();
        if (_error is not null)
        {
            // A new one each time: it gets the stack of who reads.
            throw _error is ConnectionResetException
                ? new ConnectionResetException(_error.Message, _error)
                : new ConnectionAbortedException(_error.Message, _error);
        }

        _reading = !isAny ? Reading.No : _isReadCanceled ? Reading.Perhaps : Reading.Yes;
        result = isAny ? new ReadResult(Unconsumed(), _isReadCanceled, _isEndOfFile) : default;
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

        InputBlock block = BlockToFill();
        Span<byte> free = block.Free;
        int count = SocketCalls.Receive(_connection.Handle, free);
        if (count > 0)
        {
            block.Add(count);
            _end += count;

            // Fewer than there was room for: that was all, and what comes next is an event of its own (epoll(7)). But the
            // client's FIN may have been a part of the event that is being looked after.
            _isReadable = count == free.Length || _hasPeerEnded;
            _blockLength = count == free.Length ? Math.Min(_blockLength * 2, LargestBlock) : _blockLength;
            return true;
        }

        _isReadable = false;
        ReturnUnused(block);
        if (count == -ErrorNumber.Again)
        {
            return false;
        }

        _isEndOfFile = count == 0;
        _error = _isEndOfFile ? null : new ConnectionResetException("The client reset the connection.", ErrorNumber.ToException(-count));
        return true;
    }

    private InputBlock BlockToFill()
    {
        if (_last is null || _last.Free.Length < SmallestReceive)
        {
            _last = new InputBlock(_blockLength, _last);
            _first ??= _last;
            if (_first == _last)
            {
                _consumed = _examined = _end = 0;
            }
        }

        return _last;
    }

    private void ReturnUnused(InputBlock block)
    {
        if (block.Count == 0 && block == _first)
        {
            block.Return();
            _first = _last = null;
        }
    }

    private ReadOnlySequence<byte> Unconsumed() => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new ReadOnlySequence<byte>(_first, (int)(_consumed - _first.RunningIndex), _last!, _last!.Count);

    private long IndexOf(SequencePosition position) =>
        position.GetObject() is InputBlock block ? block.RunningIndex + position.GetInteger() : _consumed;

    /// <summary>A block goes when all of it was consumed; so nothing is held when everything was.</summary>
    private void ReturnConsumed()
    {
        while (_first is { } block && block.RunningIndex + block.Count <= _consumed)
        {
            _first = block.Following;
            block.Return();
        }

        if (_first is null)
        {
            _last = null;
        }
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Reading is not allowed after reader was completed.");
        }
    }
}
