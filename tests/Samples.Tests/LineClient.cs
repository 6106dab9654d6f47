using System.Net;
using System.Net.Sockets;
using System.Text;
using KestrelRaw.TestHelpers;

namespace Samples.Tests;

/// <summary>A plain socket that speaks ASCII.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<LineClient> ConnectAsync(IPEndPoint endPoint)
    {
        var client = new LineClient();
        await client._socket.ConnectAsync(endPoint).OrHang();
        return client;
    }

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.ASCII.GetBytes(text)).OrHang();

    /// <summary>Fails unless <paramref name="expected"/> is what comes next.</summary>
    public async Task ExpectAsync(string expected)
    {
        byte[] bytes = new byte[expected.Length];
        int received = 0;
        while (received < bytes.Length && await _socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().OrHang() is var count and > 0)
        {
            received += count;
        }

        Assert.Equal(expected, Encoding.ASCII.GetString(bytes, 0, received));
    }

    /// <summary>Fails unless the server's FIN is what comes next.</summary>
    public async Task ExpectEndAsync() => Assert.Equal(0, await _socket.ReceiveAsync(new byte[1]).OrHang());

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST instead of FIN.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
