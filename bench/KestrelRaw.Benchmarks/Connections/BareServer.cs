using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Benchmarks.Connections;

/// <summary>The system calls of a server and nothing else, on one thread, one connection after the other.</summary>
internal sealed class BareServer : IServer
{
    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[1024];

    public BareServer()
    {
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen();

        // It ends with the process, which runs one benchmark.
        new Thread(Run) { IsBackground = true }.Start();
    }

    public ushort Port => (ushort)((IPEndPoint)_listening.LocalEndPoint!).Port;

    // The client has had all its responses, and there is no other server on the port.
    public void StopAfter(long count)
    {
    }

    private void Run()
    {
        int listening = (int)_listening.Handle;
        while (true)
        {
            int socket = BareSocket.Accept(listening);
            BareSocket.Receive(socket, _buffer);
            BareSocket.Send(socket, Conversation.Response.Span);
            BareSocket.ShutdownSend(socket);
            while (BareSocket.Receive(socket, _buffer) > 0)
            {
            }

            BareSocket.Close(socket);
        }
    }
}
