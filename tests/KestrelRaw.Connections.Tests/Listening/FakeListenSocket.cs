using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Accepts what the test puts in: sockets and errors.</summary>
internal sealed class FakeListenSocket : IListenSocket
{
    private readonly Channel<object> _queue = Channel.CreateUnbounded<object>();
    private readonly Socket _loopback = ListenSockets.Open(new IPEndPoint(IPAddress.Loopback, 0), backlog: 128);

    private int _accepting;
    private int _calls;

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7777);

    public bool IsShared { get; set; }

    public int? QueueLength => Queued;

    public int Queued => _queue.Reader.Count;

    public bool IsInHandshake { get; set; }

    /// <summary>Somebody looks whether there are handshakes.</summary>
    public Action? Looking { get; set; }

    public bool IsRefusing { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>The clients' ends.</summary>
    public List<Socket> Clients { get; } = [];

    /// <summary>Real connections: what hangs up is noticed by the kernel.</summary>
    public void Connect(int count = 1, string from = "127.0.0.1")
    {
        for (int i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            client.Connect(_loopback.LocalEndPoint!);
            Clients.Add(client);
            Assert.True(_queue.Writer.TryWrite(_loopback.Accept()));
        }
    }

    public void Fail(SocketError error) => Assert.True(_queue.Writer.TryWrite(new SocketException((int)error)));

    /// <summary>Somebody waits for a client.</summary>
    public bool IsAccepting => Volatile.Read(ref _accepting) > 0;

    public int Calls => Volatile.Read(ref _calls);

    public async ValueTask<AcceptedSocket> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (_queue.Reader.TryRead(out object? item))
        {
            return Unwrap(item);
        }

        Interlocked.Increment(ref _accepting);
        try
        {
            return Unwrap(await _queue.Reader.ReadAsync(cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _accepting);
        }
    }

    public void SetUnreachableTimeout(TimeSpan? timeout)
    {
    }

    public bool TryAccept(out AcceptedSocket accepted)
    {
        Assert.True(IsRefusing);
        bool isAny = _queue.Reader.TryRead(out object? item);
        accepted = isAny ? Unwrap(item!) : default;
        return isAny;
    }

    public bool TryRefuseNewConnections() => IsRefusing = true;

    public bool HasHandshakes()
    {
        Looking?.Invoke();
        return IsInHandshake;
    }

    public void Dispose()
    {
        IsDisposed = true;
        _loopback.Dispose();
    }

    private static AcceptedSocket Unwrap(object item) => new(item as Socket ?? throw (SocketException)item, acceptedAt: 0);
}
