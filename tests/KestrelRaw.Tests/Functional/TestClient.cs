using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>What a client sees: the bytes, when they came, and how the connection ended.</summary>
internal sealed record Answer(byte[] Bytes, TimeSpan FirstByte, TimeSpan End);

/// <summary>A plain socket.</summary>
internal sealed class TestClient(Socket socket) : IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public Socket Socket => socket;

    public static async Task<TestClient> ConnectAsync(int port) => await ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    public static async Task<TestClient> ConnectAsync(EndPoint endPoint, string? from = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        await socket.ConnectAsync(endPoint).OrHang();
        return new TestClient(socket);
    }

    /// <summary>One request, one answer.</summary>
    /// <param name="port">The server's, on 127.0.0.1.</param>
    /// <param name="from">The client's own address.</param>
    public static async Task<Answer> AskAsync(int port, string? from = null)
    {
        using TestClient client = await ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), from);
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        return await client.ReadToEndAsync();
    }

    public Task SendAsync(byte[] bytes) => socket.SendAsync(bytes).OrHang();

    /// <summary>Everything up to the server's FIN.</summary>
    /// <exception cref="SocketException">There was a RST.</exception>
    public async Task<Answer> ReadToEndAsync()
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        TimeSpan first = TimeSpan.Zero;
        while (await socket.ReceiveAsync(buffer).OrHang() is var count and > 0)
        {
            first = bytes.Length == 0 ? Stopwatch.GetElapsedTime(_start) : first;
            bytes.Write(buffer, 0, count);
        }

        return new Answer(bytes.ToArray(), first, Stopwatch.GetElapsedTime(_start));
    }

    /// <summary>RST instead of FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
