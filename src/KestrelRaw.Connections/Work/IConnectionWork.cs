namespace KestrelRaw.Connections.Work;

/// <summary>What a connection is held for: the work between the one request that it brings and the one response that it gets.</summary>
public interface IConnectionWork
{
    /// <summary>
    /// Works for one connection; many calls run at once. Should it throw a <see cref="TimeoutException"/>, the connection
    /// ends as <c>work_timeout</c>, after any other exception as <c>work_failed</c>.
    /// </summary>
    /// <param name="request">What the client sent first, up to <see cref="ConnectionWorkOptions.MaxRequestBytes"/>. The memory is another connection's as soon as the call has completed.</param>
    /// <param name="cancellationToken">The connection has ended: the client has gone, time is up, or the server shuts down. Nobody waits for the response any more.</param>
    /// <returns>The response. All of it is sent, then the connection is half-closed.</returns>
    ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
