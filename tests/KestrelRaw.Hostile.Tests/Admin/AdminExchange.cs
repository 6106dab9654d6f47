using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>Bytes sent to an admin surface, and what came back; texts stand for bytes, as Latin-1.</summary>
internal static class AdminExchange
{
    /// <summary>Where hostile clients come from; probes come from 127.0.0.1.</summary>
    public const string Hostile = "127.0.0.2";

    /// <summary>The headers that every request here needs, and the end of them.</summary>
    public const string Headers = "Host: localhost\r\nConnection: close\r\n\r\n";

    public static IPEndPoint AdminEndPoint(this KestrelRawServer server) => new(IPAddress.Parse(server.Admin.Host), server.Admin.Port);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A change of a pool's size.</summary>
    public static string Put(string pool, string body, string? token) =>
        $"PUT /api/pools/{pool} HTTP/1.1\r\nContent-Length: {body.Length}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{Headers}{body}";

    /// <summary>Connects so many; one that is pushed out at once may see that in its connect already, and is left out.</summary>
    public static async Task<Socket[]> ConnectManyAsync(IPEndPoint server, int count, string from)
    {
        var sockets = new ConcurrentBag<Socket>();
        await Parallel.ForAsync(0, count, async (_, _) =>
        {
            if (await TryConnectAsync(server, from) is { } socket)
            {
                sockets.Add(socket);
            }
        });
        return [.. sockets];
    }

    /// <summary>Null: reset at once.</summary>
    public static async Task<Socket?> TryConnectAsync(IPEndPoint server, string from)
    {
        try
        {
            return await RawClient.ConnectAsync(server, from);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    /// <summary>Sends it all and reads to the end.</summary>
    /// <param name="server">The admin surface.</param>
    /// <param name="request">The bytes.</param>
    /// <param name="from">The client's own address.</param>
    /// <param name="patience">After this the connection counts as left open.</param>
    /// <param name="isLast">Half-closes behind the request, so that the server waits for no more of it.</param>
    /// <returns>What came; the status is 0 when it was no HTTP/1 response, and the connection may be reset afterwards.</returns>
    public static async Task<AdminReply> AskAsync(IPEndPoint server, byte[] request, string from, TimeSpan patience, bool isLast = false)
    {
        using Socket socket = await RawClient.ConnectAsync(server, from);
        var received = new MemoryStream();
        using var giveUp = new CancellationTokenSource(patience);
        bool isOpen = false;
        try
        {
            await socket.SendAsync(request, giveUp.Token);
            if (isLast)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            byte[] buffer = new byte[16 * 1024];
            while (await socket.ReceiveAsync(buffer, giveUp.Token) is var count and > 0)
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // What came before counts.
        }
        catch (OperationCanceledException)
        {
            isOpen = true;
        }

        return AdminReply.Parse(Encoding.Latin1.GetString(received.ToArray()), isOpen);
    }
}

/// <summary>The answer to one request.</summary>
/// <param name="Status">0: there is no HTTP/1 response.</param>
/// <param name="Body">Without the framing of chunks.</param>
/// <param name="IsOpen">The server had not closed the connection when patience was over.</param>
internal sealed record AdminReply(int Status, string Body, bool IsOpen)
{
    private const string Version = "HTTP/1.1 ";

    public static AdminReply Parse(string text, bool isOpen)
    {
        int headersEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (!text.StartsWith(Version, StringComparison.Ordinal) || headersEnd < 0)
        {
            return new AdminReply(0, text, isOpen);
        }

        string body = text[(headersEnd + 4)..];
        bool isChunked = text[..headersEnd].Contains("Transfer-Encoding: chunked", StringComparison.Ordinal);
        return new AdminReply(int.Parse(text.AsSpan(Version.Length, 3), System.Globalization.CultureInfo.InvariantCulture), isChunked ? Unchunk(body) : body, isOpen);
    }

    private static string Unchunk(string body)
    {
        var content = new StringBuilder();
        for (int at = 0; body.IndexOf("\r\n", at, StringComparison.Ordinal) is var lineEnd and > 0;)
        {
            int length = Convert.ToInt32(body[at..lineEnd], 16);
            at = Math.Min(lineEnd + 2 + length, body.Length);
            content.Append(body.AsSpan(lineEnd + 2, at - lineEnd - 2));
            at = Math.Min(at + 2, body.Length);
            if (length == 0)
            {
                break;
            }
        }

        return content.ToString();
    }
}
