using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using LoadClient.Targets;

namespace LoadClient.Tests.Load;

/// <summary>A raw server in the test's process that does with each connection what the test says.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>Nobody else's: at 127.0.0.1 somebody may still ask for the server that had the port before, and be counted.</summary>
    private static readonly IPAddress OwnAddress = IPAddress.Parse("127.78.0.1");

    private readonly Socket _listener;
    private readonly Func<ServedConnection, Task> _behaviour;
    private readonly Task _accepting;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _served = new();
    private int _accepted;

    private TestServer(EndPoint endPoint, int backlog, Task? acceptFrom, Func<ServedConnection, Task> behaviour)
    {
        _behaviour = behaviour;
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(endPoint);
        _listener.Listen(backlog);
        EndPoint = _listener.LocalEndPoint!;
        _accepting = AcceptAsync(acceptFrom ?? Task.CompletedTask);
    }

    public EndPoint EndPoint { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>In the order in which they were accepted.</summary>
    public ConcurrentQueue<IPAddress> Clients { get; } = new();

    public Target Tcp => At(TargetKind.Tcp);

    public Target Http => At(TargetKind.Http);

    public Target Unix => new($"unix:{EndPoint}", TargetKind.Unix, $"unix:{EndPoint}", 0, "/", EndPoint);

    public static TestServer Start(Func<ServedConnection, Task> behaviour, int backlog = 512, IPAddress? address = null) =>
        new(new IPEndPoint(address ?? OwnAddress, 0), backlog, acceptFrom: null, behaviour);

    /// <summary>In Linux's abstract namespace: there is no file to remove.</summary>
    /// <param name="backlog">Of listen(2).</param>
    /// <param name="acceptFrom">Nothing is accepted before it is done.</param>
    /// <param name="behaviour">What becomes of each connection.</param>
    public static TestServer StartUnix(Func<ServedConnection, Task> behaviour, int backlog = 512, Task? acceptFrom = null) =>
        new(new UnixDomainSocketEndPoint($"\0loadclient-test-{Guid.NewGuid():N}"), backlog, acceptFrom, behaviour);

    /// <summary>Throws what a behaviour has thrown, but for the client's leaving and the server's end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.OrHang();
        await Task.WhenAll(_served).OrHang();
        _stop.Dispose();
    }

    private Target At(TargetKind kind)
    {
        var endPoint = (IPEndPoint)EndPoint;
        return new Target($"{(kind == TargetKind.Http ? "http" : "tcp")}://{endPoint}", kind, endPoint.Address.ToString(), endPoint.Port, "/", endPoint);
    }

    private async Task AcceptAsync(Task from)
    {
        try
        {
            await from.WaitAsync(_stop.Token);
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                if (socket.RemoteEndPoint is IPEndPoint client)
                {
                    Clients.Enqueue(client.Address);
                }

                _served.Enqueue(ServeAsync(new ServedConnection(socket, Interlocked.Increment(ref _accepted), _stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(ServedConnection connection)
    {
        await Task.Yield();
        using (connection)
        {
            try
            {
                await _behaviour(connection);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The client has left, or the test is over.
            }
        }
    }
}
