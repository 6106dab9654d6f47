using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>
/// A listening socket that somebody else holds: <see cref="_holder"/> stands for systemd, a duplicate of its descriptor
/// for what a process gets from it.
/// </summary>
public sealed partial class InheritedSocketTests : IDisposable
{
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public InheritedSocketTests()
    {
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _holder.Listen(16);
    }

    public void Dispose() => _holder.Dispose();

    [Fact]
    public async Task Inherit_Tcp_AcceptsWithNoDelayAndChildrenDoNotGetIt()
    {
        Assert.False(_holder.NoDelay);
        using Socket inherited = ListenSockets.Inherit(Duplicate(_holder));
        Assert.Equal(CloseOnExec, Control((int)inherited.Handle, GetDescriptorFlags, 0));
        Assert.Equal(_holder.LocalEndPoint, inherited.LocalEndPoint);

        using Socket client = await ConnectAsync(_holder);
        using Socket accepted = await inherited.AcceptAsync();
        Assert.True(accepted.NoDelay);
    }

    [Fact]
    public async Task Inherit_UnixPath_StaysWhenItIsClosed()
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        using Socket holder = ListenSockets.Open(new UnixDomainSocketEndPoint(path), backlog: 1);
        var inherited = new ListenSocket(ListenSockets.Inherit(Duplicate(holder)), isShared: true);
        Assert.Equal(path, inherited.EndPoint.ToString());
        await CancelAnAcceptAsync(inherited);
        inherited.Dispose();

        Assert.True(File.Exists(path));
        using Socket client = await ConnectAsync(holder);
        using Socket accepted = await holder.AcceptAsync();
    }

    [Fact]
    public void Inherit_SocketThatDoesNotListen_IsRefusedAndLeftOpen()
    {
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var idle = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        foreach (Socket socket in new[] { datagrams, idle })
        {
            Assert.Throws<NotSupportedException>(() => ListenSockets.Inherit((int)socket.Handle));
            Assert.Equal(CloseOnExec, Control((int)socket.Handle, GetDescriptorFlags, 0));
        }
    }

    [Fact]
    public void Inherit_NoSocket_IsRefused()
    {
        using var file = File.OpenHandle("/dev/null");
        Assert.Throws<SocketException>(() => ListenSockets.Inherit((int)file.DangerousGetHandle()));
        Assert.Throws<SocketException>(() => ListenSockets.Inherit(int.MaxValue));
        Assert.Equal(CloseOnExec, Control((int)file.DangerousGetHandle(), GetDescriptorFlags, 0));
    }

    [Fact]
    public async Task Dispose_AfterAnAccept_LeavesTheSocketAndItsQueueToTheSuccessor()
    {
        var first = new ListenSocket(ListenSockets.Inherit(Duplicate(_holder)), isShared: true);
        await CancelAnAcceptAsync(first);
        using Socket queued = await ConnectAsync(_holder);
        first.Dispose();
        using Socket late = await ConnectAsync(_holder);

        using var second = new ListenSocket(ListenSockets.Inherit(Duplicate(_holder)), isShared: true);
        for (int i = 0; i < 2; i++)
        {
            using Socket accepted = (await second.AcceptAsync(CancellationToken.None).AsTask().OrHang()).ToSocket();

            // .NET's way to close a socket under a pending accept: every later connection would end in a RST.
            Assert.False(accepted.LingerState!.Enabled);
        }
    }

    /// <summary>What .NET does to a socket that is closed while somebody is in a call on it would deafen the successor.</summary>
    [Fact]
    public async Task Dispose_WhileTheQueueLengthIsRead_LeavesTheSocketListening()
    {
        for (int i = 0; i < 300; i++)
        {
            var socket = new ListenSocket(ListenSockets.Inherit(Duplicate(_holder)), isShared: true);
            var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task reader = Task.Run(
                () =>
                {
                    while (socket.QueueLength is not null)
                    {
                        reading.TrySetResult();
                    }
                },
                TestContext.Current.CancellationToken);
            await reading.Task.OrHang();
            socket.Dispose();
            await reader.OrHang();
            Assert.Equal(1, _holder.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection));
        }
    }

    private static async Task CancelAnAcceptAsync(ListenSocket socket)
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<AcceptedSocket> accepting = socket.AcceptAsync(cancel.Token);
        Assert.False(accepting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.AsTask());
    }

    private static async Task<Socket> ConnectAsync(Socket listening)
    {
        var client = new Socket(listening.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(listening.LocalEndPoint!).OrHang();
        return client;
    }

    private static int Duplicate(Socket socket) => Duplicate((int)socket.Handle);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
