using System.Collections.Immutable;
using KestrelRaw.Connections.Timeouts;

namespace KestrelRaw.Connections.Work;

/// <summary>
/// Waits, and answers the same to all: a stand-in for real work, of fixed latency. <see cref="ConnectionWorkHandler"/>
/// knows it, and waits without a task or a copy of the request.
/// </summary>
/// <param name="delay">The wait, never shorter on the monotonic clock. Zero or less answers at once.</param>
/// <param name="sends">The response, one buffer a send; none is an empty response.</param>
public sealed class DelayWork(TimeSpan delay, params ImmutableArray<ReadOnlyMemory<byte>> sends) : IConnectionWork
{
    private readonly Lazy<ReadOnlyMemory<byte>> _response = new(() => sends is [var only] ? only : sends.SelectMany(static send => send.ToArray()).ToArray());

    /// <summary>The wait.</summary>
    public TimeSpan Delay => delay;

    /// <summary>The response, one buffer a send.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Sends => sends;

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await MonotonicDelay.WaitAsync(delay, TimeProvider.System, cancellationToken);
        return _response.Value;
    }
}
