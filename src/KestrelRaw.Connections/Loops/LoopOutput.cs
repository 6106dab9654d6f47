using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// What the handler sends. A flush completes when the kernel has taken every byte; a whole buffer that is written at once
/// goes to the kernel from where it lies. Completing the writer half-closes, behind the last byte.
/// </summary>
internal sealed class LoopOutput : PipeWriter, IValueTaskSource<FlushResult>
{
    private readonly LoopConnection _connection;

    // All of it is guarded by a lock on this object, which nobody else knows of: the handler's thread and the loop's meet here.
    private readonly OutputBuffer _buffer = new();
    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private CancellationTokenRegistration _registration;
    private ReadOnlyMemory<byte> _borrowed;
    private TaskCompletionSource? _drained;
    private long _toSend;
    private bool _dropsWhenCanceled;
    private bool _isWaiting;
    private bool _isFlushCanceled;
    private bool _isCompleted;
    private bool _hasShutDown;
    private bool _hasFailed;

    public LoopOutput(LoopConnection connection, bool continueInline)
    {
        _connection = connection;
        _source.RunContinuationsAsynchronously = !continueInline;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (this)
            {
                return _buffer.Count - _toSend;
            }
        }
    }

    private bool IsAllSent => _toSend == 0 && _borrowed.IsEmpty;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (this)
        {
            ThrowIfCompleted();
            return _buffer.GetMemory(sizeHint);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (this)
        {
            _buffer.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(ReadOnlyMemory<byte>.Empty, dropsWhenCanceled: false, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (this)
        {
            ThrowIfCompleted();
        }

        return WriteAsync(source, dropsWhenCanceled: false, cancellationToken);
    }

    /// <summary>Writes and flushes.</summary>
    /// <param name="source">What to send. It is not copied.</param>
    /// <param name="dropsWhenCanceled">What a wait that is cancelled leaves over is not sent any more. A pipe would send it all the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, bool dropsWhenCanceled, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (this)
        {
            if (_isWaiting)
            {
                throw new InvalidOperationException("A flush is under way.");
            }

            _toSend = _buffer.Count;
            _borrowed = source;
            TrySend();
            if (_isFlushCanceled || _hasFailed || IsAllSent)
            {
                return new ValueTask<FlushResult>(TakeResult());
            }

            _source.Reset();
            _isWaiting = true;
            _dropsWhenCanceled = dropsWhenCanceled;
        }

        if (cancellationToken.CanBeCanceled)
        {
            Register(cancellationToken);
        }

        return new ValueTask<FlushResult>(this, _source.Version);
    }

    public override void CancelPendingFlush()
    {
        FlushResult result;
        lock (this)
        {
            _isFlushCanceled = true;
            if (!TryEndWait())
            {
                return;
            }

            result = TakeResult();
        }

        _source.SetResult(result);
    }

    public override void Complete(Exception? exception = null)
    {
        lock (this)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            _toSend = _buffer.Count;
            if (exception is null)
            {
                TrySend();
                ShutDownWhenSent();
                return;
            }
        }

        // The client must not take what it has for the whole.
        _connection.Reset(exception);
    }

    /// <summary>The kernel has room again, or the connection is broken.</summary>
    public void OnWritable()
    {
        FlushResult result;
        lock (this)
        {
            TrySend();
            ShutDownWhenSent();
            if (!(IsAllSent || _hasFailed))
            {
                return;
            }

            _drained?.TrySetResult();
            if (!TryEndWait())
            {
                return;
            }

            result = TakeResult();
        }

        _source.SetResult(result);
    }

    /// <summary>Nothing can be sent any more, and the kernel is not to be asked.</summary>
    public void Fail()
    {
        lock (this)
        {
            SetFailed();
        }

        OnWritable();
    }

    /// <summary>Sends what was written and not flushed, as a pipe does at its end.</summary>
    public Task FinishAsync()
    {
        lock (this)
        {
            _isCompleted = true;
            _toSend = _buffer.Count;
            TrySend();
            if (IsAllSent || _hasFailed)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Register(CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static (state, token) => ((LoopOutput)state!).Cancel(token), this);
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

            KeepOrDropRest();
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

    private FlushResult TakeResult()
    {
        var result = new FlushResult(_isFlushCanceled, _hasFailed);
        _isFlushCanceled = false;
        KeepOrDropRest();
        return result;
    }

    /// <summary>Who waited goes on, and may use its buffer for something else.</summary>
    private void KeepOrDropRest()
    {
        if (_hasFailed || (_dropsWhenCanceled && !IsAllSent))
        {
            _buffer.Clear();
            _toSend = 0;
        }
        else if (!_borrowed.IsEmpty)
        {
            _buffer.Write(_borrowed.Span);
            _toSend = _buffer.Count;
        }

        _borrowed = default;
        _dropsWhenCanceled = false;
    }

    /// <summary>First what is buffered, then what is borrowed, as long as the kernel takes it.</summary>
    private void TrySend()
    {
        while (!_hasFailed && _toSend > 0)
        {
            ReadOnlySpan<byte> piece = _buffer.Peek();
            int sent = Send(piece[..(int)Math.Min(piece.Length, _toSend)]);
            if (sent <= 0)
            {
                return;
            }

            _buffer.Consume(sent);
            _toSend -= sent;
        }

        while (!_hasFailed && !_borrowed.IsEmpty)
        {
            int sent = Send(_borrowed.Span);
            if (sent <= 0)
            {
                return;
            }

            _borrowed = _borrowed[sent..];
        }
    }

    /// <returns>0 when the kernel has no room, or the connection is broken.</returns>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = SocketCalls.Send(_connection.Handle, bytes, isMoreToCome: false);
        if (sent == -ErrorNumber.Again)
        {
            _connection.AskForRoom();
        }
        else if (sent < 0)
        {
            SetFailed();
        }

        return Math.Max(sent, 0);
    }

    private void SetFailed()
    {
        _hasFailed = true;
        _buffer.Clear();
        _toSend = 0;
        _borrowed = default;
    }

    private void ShutDownWhenSent()
    {
        if (_isCompleted && IsAllSent && !_hasFailed && !_hasShutDown)
        {
            _hasShutDown = true;

            // It can fail for a client that is gone, which ends the connection in any case.
            _ = SocketCalls.ShutdownSend(_connection.Handle);
        }
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Writing is not allowed after writer was completed.");
        }
    }
}
