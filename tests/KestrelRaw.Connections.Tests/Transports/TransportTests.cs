using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>
/// The contract of a connection as its handler sees it, over real sockets and under Kestrel. Each transport runs the same
/// tests; where one of them differs by design the test says so.
/// </summary>
public abstract class TransportTests
{
    /// <summary>What there is to test.</summary>
    public static TheoryData<TestedTransport> All => [.. Enum.GetValues<TestedTransport>()];

    public static TheoryData<TestedTransport> OnSockets => [.. All.Where(static row => !row.Data.IsEpoll())];

    public static TheoryData<TestedTransport> OnEpoll => [.. All.Where(static row => row.Data.IsEpoll())];

    /// <summary>Where a handler may block, as the handshake of TLS does.</summary>
    public static TheoryData<TestedTransport> OnThreadPool => [.. All.Where(static row => !row.Data.IsInline())];

    /// <summary>
    /// One connection: <paramref name="serve"/> is its handler, <paramref name="ask"/> its client. Whichever of them fails
    /// first fails the test. At the end the connection must be counted once.
    /// </summary>
    internal static async Task ConverseAsync(TestedTransport transport, Func<ConnectionContext, Task> serve, Func<Socket, Task> ask, EndPoint? endPoint = null)
    {
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TransportServer server = await TransportServer.StartAsync(transport, ServeAsync, endPoint);
        using (Socket client = server.Connect())
        {
            await BothAsync(served.Task, ask(client)).OrHang();
        }

        await server.StopAsync();
        Assert.Equal((1, 0, 1), (server.Counts.Accepted, server.Counts.Active, server.Counts.Finished));

        async Task ServeAsync(ConnectionContext connection)
        {
            try
            {
                await serve(connection);
                served.SetResult();
            }
            catch (Exception exception)
            {
                served.SetException(exception);
                connection.Abort();
            }
        }
    }

    /// <summary>The same for a client that only connects and waits for the handler.</summary>
    internal static Task ServeAsync(TestedTransport transport, Func<ConnectionContext, Task> serve) =>
        ConverseAsync(transport, serve, static _ => Task.CompletedTask);

    /// <summary>Both to their end, or the first that fails.</summary>
    protected static async Task BothAsync(Task one, Task other)
    {
        await await Task.WhenAny(one, other);
        await Task.WhenAll(one, other);
    }
}
