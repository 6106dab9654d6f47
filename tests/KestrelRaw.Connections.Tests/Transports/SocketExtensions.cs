using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>A client's side of a connection.</summary>
internal static class SocketExtensions
{
    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes).AsTask().OrHang()..];
        }
    }

    public static async Task<byte[]> ReceiveExactlyAsync(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().OrHang();
            Assert.True(more > 0, $"end of file behind {received} bytes of {count}");
            received += more;
        }

        return bytes;
    }

    /// <summary>Everything up to the server's FIN, in pieces of at most <paramref name="piece"/> bytes.</summary>
    public static async Task<byte[]> ReceiveToEndAsync(this Socket socket, int piece = 64 * 1024)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[piece];
        while (await socket.ReceiveAsync(buffer).OrHang() is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public static async Task ExpectEndAsync(this Socket socket) => Assert.Empty(await socket.ReceiveToEndAsync());

    /// <summary>Waits for the end of the connection, be it a FIN or a RST, and throws away what comes before.</summary>
    public static async Task DrainAsync(this Socket socket)
    {
        try
        {
            await socket.ReceiveToEndAsync();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // An end as good as any for who calls this.
        }
    }

    /// <summary>RST instead of FIN.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>Sends until nothing more has gone out for a second, and says how much went.</summary>
    public static int FillUp(this Socket socket, ReadOnlySpan<byte> bytes)
    {
        socket.Blocking = false;
        int sent = 0;
        while (sent < bytes.Length && socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite))
        {
            sent += socket.Send(bytes[sent..Math.Min(bytes.Length, sent + (64 * 1024))], SocketFlags.None, out SocketError error);
            Assert.True(error is SocketError.Success or SocketError.WouldBlock, $"{error} behind {sent} bytes");
        }

        return sent;
    }
}
