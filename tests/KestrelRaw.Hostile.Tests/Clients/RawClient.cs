using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Bare sockets, for clients that keep to no rule.</summary>
internal static class RawClient
{
    /// <summary>Connects at once at most, so that the kernel's accept queue is not what is tested.</summary>
    private const int ConnectsAtOnce = 256;

    /// <summary>A small request.</summary>
    public static byte[] Request { get; } = "GET / HTTP/1.0\r\n\r\n"u8.ToArray();

    /// <summary>The server's standard response.</summary>
    public static byte[] Response { get; } =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"u8.ToArray();

    /// <summary>For TCP or a Unix domain socket.</summary>
    public static Socket Create(EndPoint server) =>
        new(server.AddressFamily, SocketType.Stream, server.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);

    /// <param name="server">Where to.</param>
    /// <param name="from">The client's own address, of 127.0.0.0/8.</param>
    /// <param name="prepare">Sets options before the connect.</param>
    public static async Task<Socket> ConnectAsync(EndPoint server, string? from = null, Action<Socket>? prepare = null)
    {
        Socket socket = Create(server);
        try
        {
            prepare?.Invoke(socket);
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            }

            await socket.ConnectAsync(server).OrHang();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<Socket[]> ConnectManyAsync(EndPoint server, int count, string? from = null, Action<Socket>? prepare = null)
    {
        var sockets = new Socket[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce },
            async (index, _) => sockets[index] = await ConnectAsync(server, from, prepare));
        return sockets;
    }

    /// <summary>RST instead of FIN.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>Reads to the end.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="patience">After this, <see cref="Seen.StillOpen"/>.</param>
    /// <param name="expected">The whole response; null is the standard one.</param>
    public static async Task<Seen> ReadToEndAsync(this Socket socket, TimeSpan patience, byte[]? expected = null)
    {
        byte[] response = expected ?? Response;
        byte[] buffer = new byte[16 * 1024];
        using var giveUp = new CancellationTokenSource(patience);
        int length = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer, giveUp.Token) is var count and > 0)
            {
                if (!response.AsSpan(Math.Min(length, response.Length)).StartsWith(buffer.AsSpan(0, count)))
                {
                    throw new InvalidDataException($"The response is wrong within {count} bytes after the first {length}.");
                }

                length += count;
            }
        }
        catch (OperationCanceledException)
        {
            return Seen.StillOpen;
        }
        catch (SocketException) when (length == 0)
        {
            return Seen.Reset;
        }
        catch (SocketException)
        {
            // What came before counts.
        }

        return length == response.Length ? Seen.Answer : length > 0 ? Seen.PartOfAnswer : Seen.Closed;
    }

    /// <summary>Reads them all to the end, and closes them.</summary>
    public static async Task<Sightings> ReadAllToEndAsync(this IEnumerable<Socket> sockets, TimeSpan patience, byte[]? expected = null) =>
        new(await Task.WhenAll(sockets.Select(async socket =>
        {
            using (socket)
            {
                return await socket.ReadToEndAsync(patience, expected);
            }
        })));
}
