using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Tests.Transports;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Clients that connect in the very moment of the unbind.</summary>
public sealed class UnbindTests : TransportTests
{
    [Theory, MemberData(nameof(All))]
    public async Task Unbind_HandshakeHalfDone_ItsClientIsAnswered(TestedTransport transport)
    {
        // While it is set the kernel takes a client's ACK for a connection only once data has come: the client is connected,
        // and the server's handshake still under way.
        const int DeferAccept = 9;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A socket option of Linux.");
        Socket? listening = null;
        await using PoolServer server = await PoolServer.StartAsync(transport, new ConnectionAdmission(new ConnectionPool(size: null)), AnswerAsync, options =>
        {
            listening = options.ListenSocket!;
            listening.SetRawSocketOption((int)SocketOptionLevel.Tcp, DeferAccept, BitConverter.GetBytes(30));
        });
        using Socket client = await server.ConnectAsync();
        Assert.True(TcpTable.HasHandshake(server.EndPoint));
        Assert.False(TcpTable.HasHandshake(new IPEndPoint(IPAddress.Loopback, 1)));

        Task stopping = server.StopAsync();
        await Until.TrueAsync(() => Task.FromResult(listening!.SafeHandle.IsClosed || IsRefusing(listening)));

        // Nothing tells that the listener goes on waiting; one that does not has closed its socket by then.
        await Task.Delay(100);
        client.Send([1]);
        Assert.Equal("y"u8.ToArray(), await client.ReceiveToEndAsync());
        await stopping;
    }

    [Theory, MemberData(nameof(All))]
    public async Task Unbind_UnixSocketThatClientsConnectTo_EveryoneWhoIsConnectedIsAnswered(TestedTransport transport)
    {
        var path = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock"));
        await using TransportServer server = await TransportServer.StartAsync(transport, AnswerAsync, path);
        using var isBusy = new CountdownEvent(3);
        Task<int>[] clients = [.. Enumerable.Range(0, isBusy.InitialCount).Select(_ => Task.Factory.StartNew(() => AskUntilRefused(path, isBusy), TaskCreationOptions.LongRunning))];
        Assert.True(isBusy.Wait(Until.Patience));
        await server.StopAsync();
        int answered = (await Task.WhenAll(clients).OrHang()).Sum();
        Assert.Equal(answered, server.Counts.Accepted);
        Assert.Empty(server.Logger.From(LogLevel.Warning));
    }

    private static async Task AnswerAsync(ConnectionContext connection)
    {
        await connection.Transport.Input.ReadAsync();
        await connection.Transport.Output.WriteAsync("y"u8.ToArray());
    }

    private static bool IsRefusing(Socket listening)
    {
        try
        {
            // IP_MINTTL.
            Span<byte> hops = stackalloc byte[sizeof(int)];
            listening.GetRawSocketOption(0, 21, hops);
            return BitConverter.ToInt32(hops) == 255;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <returns>How many were connected; each was answered.</returns>
    private static int AskUntilRefused(EndPoint path, CountdownEvent isBusy)
    {
        var answer = new byte[2];
        for (int connected = 0; ; connected++)
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Until.Patience.TotalMilliseconds };
            try
            {
                client.Connect(path);
            }
            catch (SocketException)
            {
                return connected;
            }

            client.Send([1]);
            Assert.Equal(1, client.Receive(answer));
            if (connected == 100)
            {
                isBusy.Signal();
            }
        }
    }
}
