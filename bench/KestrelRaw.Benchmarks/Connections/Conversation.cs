namespace KestrelRaw.Benchmarks.Connections;

/// <summary>What a client and a server have to say to each other.</summary>
internal static class Conversation
{
    public static ReadOnlyMemory<byte> Request { get; } = "GET / HTTP/1.0\r\n\r\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Response { get; } =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"u8.ToArray();
}
