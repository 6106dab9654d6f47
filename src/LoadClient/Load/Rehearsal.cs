using System.Net.Sockets;
using LoadClient.Responses;

namespace LoadClient.Load;

/// <summary>
/// Runs a few connections to a listener of our own, so that the loop's code is compiled before the first connection to the
/// target: else the compiler's 100 ms fall into the first burst of a run, and into its latencies.
/// </summary>
internal sealed class Rehearsal : IDisposable
{
    private const int Requests = 64;
    private const int Connections = 4;

    /// <summary>The user's may be too short for code that is still to be compiled.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>In Linux's abstract namespace: no file, and no network that might be down.</summary>
    private readonly UnixDomainSocketEndPoint _endPoint = new($"\0loadclient-{Guid.NewGuid():N}");

    private Rehearsal()
    {
        _listener.Bind(_endPoint);
        _listener.Listen(Connections);
    }

    private static ReadOnlySpan<byte> Response => "HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nHello World!"u8;

    public static void Run(LoadSettings settings)
    {
        using var rehearsal = new Rehearsal();
        var server = new Thread(rehearsal.Serve) { IsBackground = true };
        server.Start();
        rehearsal.Connect(settings);

        // Ends an accept that waits for a connection which never came.
        rehearsal.Dispose();
        server.Join();
    }

    public void Dispose() => _listener.Dispose();

    private void Connect(LoadSettings settings)
    {
        LoadSettings rehearsed = settings with
        {
            Target = settings.Target with { EndPoint = _endPoint },
            Requests = Requests,
            Connections = Connections,
            Timeout = Timeout,
            Request = "GET / HTTP/1.0\r\n\r\n"u8.ToArray(),
            ExpectBytes = null,
            Sources = [],
        };
        var start = RunStart.In(TimeSpan.Zero, TimeProvider.System);
        using var loop = new LoadLoop(rehearsed, new ClosedLoop(Requests, start.Timestamp, null), new ResponseJudge(rehearsed.Expectation), Connections, start, recorder: null);
        loop.Run();
    }

    private void Serve()
    {
        byte[] request = new byte[64];
        try
        {
            for (int i = 0; i < Requests; i++)
            {
                using Socket connection = _listener.Accept();
                connection.Receive(request);
                connection.Send(Response);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Out of descriptors, say. The run itself will tell.
            _listener.Dispose();
        }
    }
}
