namespace KestrelRaw.Connections.Work;

/// <summary>What a connection is held for: the work between the one request that it brings and the one response that it gets.</summary>
public interface IConnectionWork
{
    /// <summary>
    /// Works for one connection; many calls run at once. After a <see cref="TimeoutException"/> the connection ends as
    /// <c>work_timeout</c>, after any other exception as <c>work_failed</c>.
    /// </summary>
    /// <param name="request">
    /// What the client sent first, up to <see cref="ConnectionWorkOptions.MaxRequestBytes"/>. The memory is somebody else's
    /// as soon as the call has completed.
    /// </param>
    /// <param name="cancellationToken">
    /// The connection has ended (the client has gone, time is up, or the server shuts down), and the response will not be
    /// sent. The connection keeps its slot until the call has completed.
    /// </param>
    /// <returns>The response. It is sent whole, and the connection is half-closed behind it.</returns>
    ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
