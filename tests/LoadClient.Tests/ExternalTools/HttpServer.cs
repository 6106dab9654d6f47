using System.Net;
using System.Net.Sockets;

namespace LoadClient.Tests.ExternalTools;

/// <summary>Answers every connection once, as HTTP/1.0 does, and closes it.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<int, byte[]> _response;
    private readonly Task _loop;
    private int _answered;

    /// <param name="response">What the connection of this number, from 1, gets.</param>
    public HttpServer(Func<int, byte[]> response)
    {
        _response = response;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static byte[] Response(string body, string status = "200 OK") =>
        System.Text.Encoding.ASCII.GetBytes($"HTTP/1.0 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.AcceptAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed: the test is over.
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                if (await connection.ReceiveAsync(new byte[1024]) > 0)
                {
                    await connection.SendAsync(_response(Interlocked.Increment(ref _answered)));
                    connection.Shutdown(SocketShutdown.Send);
                    await connection.ReceiveAsync(new byte[1024]);
                }
            }
            catch (SocketException)
            {
                // ab resets what is under way when its time is over.
            }
        }
    }
}
