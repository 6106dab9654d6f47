using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>A response that the kernel's buffers can't take whole, in a file.</summary>
internal sealed class LargeResponse : IDisposable
{
    /// <summary>Four times what Linux lets a send buffer grow to (tcp_wmem).</summary>
    public const int Megabytes = 16;

    public LargeResponse()
    {
        Path = System.IO.Path.GetTempFileName();
        new Random(1).NextBytes(Bytes);
        File.WriteAllBytes(Path, Bytes);
    }

    public string Path { get; }

    public byte[] Bytes { get; } = new byte[Megabytes * 1024 * 1024];

    public void Dispose() => File.Delete(Path);

    /// <summary>Before the connect: the client's window never grows.</summary>
    public static void KeepWindowSmall(Socket socket) => socket.ReceiveBufferSize = 4096;

    public static async Task ReadSomeAsync(Socket socket, int atLeast)
    {
        byte[] buffer = new byte[4096];
        for (int length = 0; length < atLeast;)
        {
            int count = await socket.ReceiveAsync(buffer).OrHang();
            Assert.NotEqual(0, count);
            length += count;
        }
    }

    /// <summary>Reads to the end, with a pause after each block.</summary>
    public async Task<Seen> ReadSlowlyAsync(Socket socket, int block, TimeSpan pause)
    {
        byte[] buffer = new byte[block];
        using var timer = new PeriodicTimer(pause);
        int length = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer).OrHang() is var count and > 0)
            {
                Assert.True(Bytes.AsSpan(length).StartsWith(buffer.AsSpan(0, count)), $"The response is wrong after {length} bytes.");
                length += count;
                await timer.WaitForNextTickAsync();
            }
        }
        catch (SocketException)
        {
            // What came before counts.
        }

        return length == Bytes.Length ? Seen.Answer : Seen.PartOfAnswer;
    }
}
