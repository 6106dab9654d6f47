using System.IO.Pipelines;

namespace KestrelRaw.Connections.Closing;

/// <summary>
/// Reads and throws away what a client sends beyond its request. Unread input at close makes the kernel send a RST,
/// which can destroy a response that is still on its way; and only a pending read sees that the client has reset.
/// </summary>
/// <param name="input">The connection's input. Nobody else reads it meanwhile.</param>
/// <param name="maxBytes">The most that is thrown away over the discarder's life.</param>
public sealed class InputDiscarder(PipeReader input, long maxBytes = InputDiscarder.DefaultMaxBytes)
{
    /// <summary>
    /// The default cap: far more than an honest client sends to a server that has stopped listening, and some tens of
    /// milliseconds of one core for a dishonest one on loopback.
    /// </summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>Bytes thrown away so far.</summary>
    public long BytesDiscarded { get; private set; }

    /// <summary>True once there is nothing more to discard: the client's FIN was read, or the cap is reached.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Discards until <see cref="IsFinished"/> or <c>CancelPendingRead</c> on the input.</summary>
    /// <exception cref="Microsoft.AspNetCore.Connections.ConnectionResetException">The client reset the connection.</exception>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        while (!IsFinished && await DiscardOnceAsync(cancellationToken))
        {
        }
    }

    /// <summary>Discards what the next read brings.</summary>
    /// <returns>False when <c>CancelPendingRead</c> ended the wait.</returns>
    /// <exception cref="Microsoft.AspNetCore.Connections.ConnectionResetException">The client reset the connection.</exception>
    public async ValueTask<bool> DiscardOnceAsync(CancellationToken cancellationToken)
    {
        ReadResult result = await input.ReadAsync(cancellationToken);
        BytesDiscarded += result.Buffer.Length;
        input.AdvanceTo(result.Buffer.End);
        IsFinished = result.IsCompleted || BytesDiscarded >= maxBytes;
        return !result.IsCanceled;
    }
}
