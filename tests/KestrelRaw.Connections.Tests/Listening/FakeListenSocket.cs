using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Accepts what the test puts in: sockets and errors.</summary>
internal sealed class FakeListenSocket : IListenSocket
{
    private readonly Channel<object> _queue = Channel.CreateUnbounded<object>();

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7777);

    public int Queued => _queue.Reader.Count;

    public bool IsRefusing { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Connect(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(_queue.Writer.TryWrite(new Socket(SocketType.Stream, ProtocolType.Tcp)));
        }
    }

    public void Fail(SocketError error) => Assert.True(_queue.Writer.TryWrite(new SocketException((int)error)));

    public async ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) => Unwrap(await _queue.Reader.ReadAsync(cancellationToken));

    public bool TryAccept(out Socket? socket)
    {
        Assert.True(IsRefusing);
        socket = _queue.Reader.TryRead(out object? item) ? Unwrap(item) : null;
        return socket is not null;
    }

    public bool TryRefuseNewConnections() => IsRefusing = true;

    public void Dispose() => IsDisposed = true;

    private static Socket Unwrap(object item) => item as Socket ?? throw (SocketException)item;
}
