namespace KestrelRaw.Benchmarks.Connections;

/// <summary>One connection after the other to a port of 127.0.0.1, without any allocation.</summary>
internal sealed class BareClient(ushort port)
{
    private const uint Server = 0x7F000001;

    // 127.1.0.0/16, in turn: the server's sockets in TIME_WAIT must not meet a new connection from the same address and port.
    private const uint Sources = 0x7F010000;

    private readonly byte[] _buffer = new byte[1024];
    private ushort _source;

    public long Count { get; private set; }

    /// <summary>Connects, sends the request, receives until the server's FIN, closes.</summary>
    public void Converse()
    {
        int socket = BareSocket.Open();
        BareSocket.Bind(socket, Sources | ++_source);
        BareSocket.Connect(socket, Server, port);
        BareSocket.Send(socket, Conversation.Request.Span);
        int length = 0;
        while (BareSocket.Receive(socket, _buffer.AsSpan(length)) is > 0 and int count)
        {
            length += count;
        }

        BareSocket.Close(socket);
        Check.That(_buffer.AsSpan(0, length).SequenceEqual(Conversation.Response.Span), "The response is not what the server has to say.");
        Count++;
    }
}
