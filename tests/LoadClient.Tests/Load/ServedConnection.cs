using System.Net.Sockets;

namespace LoadClient.Tests.Load;

/// <summary>The server's side of one connection.</summary>
internal sealed class ServedConnection(Socket socket, int number, CancellationToken stopping) : IDisposable
{
    /// <summary>From 1, in the order in which they were accepted.</summary>
    public int Number => number;

    /// <summary>Receives so many bytes, or all until the client's FIN.</summary>
    /// <returns>How many came.</returns>
    public async Task<long> ReceiveAsync(long bytes)
    {
        byte[] buffer = new byte[65536];
        long received = 0;
        while (received < bytes)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - received)), stopping);
            if (count == 0)
            {
                break;
            }

            received += count;
        }

        return received;
    }

    public Task<long> ReceiveRequestAsync() => ReceiveAsync(Runs.Request.Length);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, stopping)..];
        }
    }

    /// <summary>Each byte in a segment of its own.</summary>
    public async Task SendSlowlyAsync(ReadOnlyMemory<byte> bytes)
    {
        socket.NoDelay = true;
        for (int i = 0; i < bytes.Length; i++)
        {
            await SendAsync(bytes.Slice(i, 1));
            await Task.Yield();
        }
    }

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>FIN, and then whatever the client still sends: closing before would send a RST after it.</summary>
    public async Task EndAsync()
    {
        HalfClose();
        await ReceiveAsync(long.MaxValue);
    }

    /// <summary>RST, now.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Does nothing until the test is over.</summary>
    public Task StallAsync() => Task.Delay(Timeout.Infinite, stopping);

    public void Dispose() => socket.Dispose();
}
