using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>What only the kernel and the runtime can answer.</summary>
public sealed class RealSocketTests : IDisposable
{
    private readonly Socket _listening = ListenSockets.Open(new IPEndPoint(IPAddress.Loopback, 0), backlog: 16);

    public void Dispose() => _listening.Dispose();

    [Fact]
    public async Task SocketTransport_TheRuntimeHere_TakesTheHostsOptions()
    {
        using var logger = new CollectingLogger();
        using var transport = new SocketTransport(Options.Create(new SocketTransportOptions()), logger);
        using Socket client = await ConnectAsync();
        await using ConnectionContext connection = transport.Create(await _listening.AcceptAsync());
        await client.SendAsync("x"u8.ToArray());
        Assert.Equal(1, (await connection.Transport.Input.ReadAsync().AsTask().OrHang()).Buffer.Length);
    }

    [Fact]
    public async Task Open_Tcp_HandsNoDelayOnToTheAccepted()
    {
        using Socket client = await ConnectAsync();
        using Socket accepted = await _listening.AcceptAsync();
        Assert.True(accepted.NoDelay);
    }

    [Fact]
    public async Task Open_Tcp_TheKernelTakesNoMoreOfAResponseThanItIsToldTo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A socket option of Linux.");
        using Socket client = await ConnectAsync();
        using Socket accepted = await _listening.AcceptAsync();
        client.ReceiveBufferSize = 4096;
        accepted.Blocking = false;
        byte[] block = new byte[16 * 1024];
        int taken = 0;
        while (accepted.Send(block, SocketFlags.None, out SocketError error) is var count and > 0 && error == SocketError.Success)
        {
            taken += count;
        }

        // What is under way comes on top: the client's window has grown before it was told not to.
        Assert.InRange(taken, UnsentBytes.Most / 2, 4 * UnsentBytes.Most);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "::1")]
    [InlineData("::", "127.0.0.1")]
    public async Task TryRefuseNewConnections_Linux_KeepsWhatIsQueuedAndLetsNobodyElseIn(string listen, string connect)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A socket option of Linux.");
        using Socket listening = ListenSockets.Open(new IPEndPoint(IPAddress.Parse(listen), 0), backlog: 16);
        var there = new IPEndPoint(IPAddress.Parse(connect), ((IPEndPoint)listening.LocalEndPoint!).Port);
        using var socket = new ListenSocket(listening);
        using var queued = new Socket(there.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await queued.ConnectAsync(there);
        Assert.True(socket.TryRefuseNewConnections());
        using var late = new Socket(there.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Task connecting = late.ConnectAsync(there);
        Assert.True(socket.TryAccept(out AcceptedSocket taken));
        using (Socket accepted = taken.ToSocket())
        {
            Assert.False(socket.TryAccept(out _));
            Assert.False(connecting.IsCompleted);
            await queued.SendAsync("x"u8.ToArray());
            Assert.Equal(1, await accepted.ReceiveAsync(new byte[1]).OrHang());
            await accepted.SendAsync("y"u8.ToArray());
            Assert.Equal(1, await queued.ReceiveAsync(new byte[1]).OrHang());
        }

        // The SYN is sent again after a second and finds nobody.
        socket.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => connecting.OrHang());
    }

    [Fact]
    public async Task TryAccept_HandshakeEndedWhileRefusing_StillHearsItsClient()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A socket option of Linux.");
        using var socket = new ListenSocket(_listening);
        Assert.True(socket.TryRefuseNewConnections());

        // In a handshake that was under way the kernel looks at the hops of none but the SYN: a client with the most hops is like that.
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 255 };
        await client.ConnectAsync(_listening.LocalEndPoint!).OrHang();
        client.Ttl = 64;
        Assert.True(socket.TryAccept(out AcceptedSocket taken));
        using (Socket accepted = taken.ToSocket())
        {
            await client.SendAsync("x"u8.ToArray());
            Assert.Equal(1, await accepted.ReceiveAsync(new byte[1]).OrHang());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryRefuseNewConnections_UnixSocket_KeepsWhatIsQueuedAndRefusesTheRest(bool hasWaited)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How Linux ends a listening socket.");
        var path = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock"));
        using var socket = new ListenSocket(ListenSockets.Open(path, backlog: 16));
        if (hasWaited)
        {
            // From then on the descriptor does not block, which shows in the kernel's answers.
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.AcceptAsync(new CancellationToken(canceled: true)).AsTask().OrHang());
        }

        using var queued = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await queued.ConnectAsync(path);
        Assert.True(socket.TryRefuseNewConnections());
        using var late = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(path).OrHang())).SocketErrorCode);

        Assert.True(socket.TryAccept(out AcceptedSocket taken));
        Assert.False(socket.TryAccept(out _));
        using Socket accepted = taken.ToSocket();
        Assert.True(accepted.Blocking);
        await queued.SendAsync("x"u8.ToArray());
        Assert.Equal(1, accepted.Receive(new byte[1]));
    }

    [Fact]
    public async Task UnixSocket_Disposed_RemovesItsPath()
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        var socket = new ListenSocket(ListenSockets.Open(new UnixDomainSocketEndPoint(path), backlog: 1));
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Assert.True(socket.TryAccept(out AcceptedSocket accepted));
        accepted.Dispose();
        Assert.True(File.Exists(path));
        socket.Dispose();
        Assert.False(File.Exists(path));
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_listening.LocalEndPoint!);
        return client;
    }
}
