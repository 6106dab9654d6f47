using System.Text;

namespace LoadClient.Tests.Load;

/// <summary>What a <see cref="TestServer"/> does with each connection.</summary>
internal static class Serve
{
    public const string Http = "HTTP/1.0 200 OK\r\nServer: test/1\r\nContent-Length: 12\r\n\r\nHello World!";

    /// <summary>Receives the request, sends a response, ends.</summary>
    public static Func<ServedConnection, Task> Response(string response) => Response(_ => response);

    public static Func<ServedConnection, Task> Response(Func<int, string> responseToNumber) => async connection =>
    {
        await connection.ReceiveRequestAsync();
        await connection.SendAsync(Encoding.ASCII.GetBytes(responseToNumber(connection.Number)));
        await connection.EndAsync();
    };

    /// <summary>The same, but only when the gate has opened.</summary>
    public static Func<ServedConnection, Task> ResponseAfter(Task gate, string response) => async connection =>
    {
        await gate;
        await Response(response)(connection);
    };

    /// <summary>Receives the request and answers nothing.</summary>
    public static async Task Stall(ServedConnection connection)
    {
        await connection.ReceiveRequestAsync();
        await connection.StallAsync();
    }
}
