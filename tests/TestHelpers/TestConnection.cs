using System.Collections.Concurrent;
using System.IO.Pipelines;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.TestHelpers;

/// <summary>A connection in memory: the test writes to <see cref="Client"/> and sees what was sent.</summary>
public sealed class TestConnection : DefaultConnectionContext, IConnectionOutcomeFeature, IHalfCloseFeature, IConnectionDelayFeature
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();

    // Inline: when a write returns, the reader has dealt with it.
    private readonly Pipe _input = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestConnection()
    {
        ConnectionId = "test";
        Transport = new DuplexPipe(_input.Reader, PipeWriter.Create(Stream.Null));
        Features.Set<IConnectionOutcomeFeature>(this);
        Features.Set<IHalfCloseFeature>(this);
        Features.Set<IConnectionDelayFeature>(this);
    }

    /// <summary>What the client sends; completing it is the client's FIN, with an exception its reset.</summary>
    public PipeWriter Client => _input.Writer;

    /// <summary>Every call of SendAsync, in order.</summary>
    public ConcurrentQueue<byte[]> Sends { get; } = new();

    /// <summary>When set, SendAsync waits for it or its cancellation, as for a client that doesn't read.</summary>
    public Task? SendBlocker { get; set; }

    /// <summary>When set, SendAsync throws it.</summary>
    public Exception? SendFailure { get; set; }

    /// <summary>Completes at the half-close.</summary>
    public Task Shutdown => _shutdown.Task;

    /// <summary>What <see cref="DelayAsync"/> waits by.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    public ConnectionOutcome? Outcome { get; private set; }

    public CancellationToken Ended => _ended.Token;

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public bool TrySetOutcome(ConnectionOutcome outcome)
    {
        lock (_lock)
        {
            bool isFirst = Outcome is null;
            Outcome ??= outcome;
            return isFirst;
        }
    }

    public bool TryEndOnReset() => false;

    public ValueTask DelayAsync(TimeSpan delay) => MonotonicDelay.WaitAsync(delay, TimeProvider, Ended);

    public void EndAs(ConnectionOutcome outcome)
    {
        TrySetOutcome(outcome);
        _ended.Cancel();
    }

    public override void Abort(ConnectionAbortedException abortReason) => EndAs(ConnectionOutcome.Aborted);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (SendBlocker is not null)
        {
            await SendBlocker.WaitAsync(cancellationToken);
        }

        if (SendFailure is not null)
        {
            throw SendFailure;
        }

        Sends.Enqueue(buffer.ToArray());
    }

    public async ValueTask SendLastAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await SendAsync(buffer, cancellationToken);
        ShutdownSend();
    }

    public void ShutdownSend() => _shutdown.SetResult();

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
