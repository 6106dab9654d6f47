using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>
/// Two machines: the server's, and the hostile clients' at the other end of a link that the test makes and breaks. A wire
/// of its own leads from the server's to this one, for good clients and the admin surface.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    public const string LinkName = "far";

    private static int _last;

    private readonly string _block;
    private readonly string _wire;
    private readonly NetworkNamespace _server = new();
    private readonly NetworkNamespace _clients = new();

    public TestNetwork()
    {
        int number = Interlocked.Increment(ref _last);
        _wire = $"kr{Environment.ProcessId}-{number}";

        // Of 198.18.0.0/15, which is for tests (RFC 2544): others may run beside this, in this program and in another.
        _block = $"198.{18 + (Environment.ProcessId & 1)}.{((Environment.ProcessId >> 1) + number) & 255}";
        ServerAddress = IPAddress.Parse($"{_block}.2");
        NetworkNamespace.Ip($"link add {_wire} type veth peer name wire netns {_server.Name}");
        NetworkNamespace.Ip($"addr add {_block}.1/30 dev {_wire}");
        NetworkNamespace.Ip($"link set {_wire} up");
        _server.Configure($"addr add {_block}.2/30 dev wire");
        _server.Configure("link set wire up");
    }

    /// <summary>The server's, whichever way one comes to it.</summary>
    public IPAddress ServerAddress { get; }

    public NetworkNamespace Server => _server;

    public NetworkNamespace Clients => _clients;

    /// <summary>The scene, with the server in its namespace.</summary>
    public Scene Place(Scene scene) => scene with { Address = ServerAddress, Prefix = _server.Prefix };

    /// <summary>A perfect link.</summary>
    public void AddCable()
    {
        _server.Configure($"link add {LinkName} type veth peer name {LinkName} netns {_clients.Name}");
        BringUp();
    }

    /// <summary>The clients' machine has lost power, or somebody has pulled the cable: nobody says anything.</summary>
    public void CutCable() => _clients.Configure($"link set {LinkName} down");

    /// <summary>The server's own interface is gone too, and the route with it.</summary>
    public void RemoveCable() => _server.Configure($"link del {LinkName}");

    /// <summary>Addresses and routes of a link whose two ends are there.</summary>
    public void BringUp(int? mtu = null)
    {
        foreach (NetworkNamespace end in new[] { _server, _clients })
        {
            end.Configure($"addr add {_block}.{(end == _server ? 5 : 6)}/30 dev {LinkName}");
            end.Configure($"link set {LinkName} up" + (mtu is null ? "" : $" mtu {mtu}"));
        }

        _clients.Configure($"route add {ServerAddress} via {_block}.5");
    }

    public async Task<Socket> ConnectAsync(IPEndPoint target, Action<Socket>? prepare = null)
    {
        Socket socket = _clients.CreateSocket();
        try
        {
            prepare?.Invoke(socket);
            await socket.ConnectAsync(target).OrHang();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task<Socket[]> ConnectManyAsync(IPEndPoint target, int count, Action<Socket>? prepare = null) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => ConnectAsync(target, prepare)));

    /// <summary>The wire goes at once; the sockets that are left keep the namespaces, which nobody can name any more.</summary>
    public void Dispose()
    {
        NetworkNamespace.Ip($"link del {_wire}");
        _clients.Dispose();
        _server.Dispose();
    }
}
