using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Tests.Kernel;

public sealed class TcpInfoTests
{
    private const double KernelTick = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 300)]
    public async Task ReadFromDataToFin_LookedAtLate_IsTheTimeBetweenTheTwo(bool pauses, int least)
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!);
        using Socket server = await listening.AcceptAsync();
        long begun = Stopwatch.GetTimestamp();
        await client.SendAsync(new byte[] { 1 });
        if (pauses)
        {
            LetTimePass(client);
        }

        client.Shutdown(SocketShutdown.Send);
        double most = Stopwatch.GetElapsedTime(begun).TotalMilliseconds + KernelTick;
        LetTimePass(client);
        Assert.InRange(TcpInfo.ReadFromDataToFin(server.SafeHandle)!.Value.TotalMilliseconds, least, most);
    }

    /// <summary>The kernel's time: no clock of a test's own can stand in for it.</summary>
    private static void LetTimePass(Socket silent) => Assert.False(silent.Poll(Pause, SelectMode.SelectRead));
}
