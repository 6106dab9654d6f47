using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>What <c>getsockopt(TCP_INFO)</c> tells of a socket (linux/tcp.h, <c>struct tcp_info</c>). Linux and TCP only.</summary>
internal static class TcpInfo
{
    private const int IpProtoTcp = 6;
    private const int TcpInfoOption = 11;

    // Offsets of the members of 32 bits, which follow eight of 8 bits.
    private const int UnackedOffset = 24;
    private const int LastDataReceivedOffset = 52;
    private const int Length = 56;

    /// <summary>
    /// Connections in a listening socket's accept queue: <c>tcpi_unacked</c>, which the kernel fills with
    /// <c>sk_ack_backlog</c> for a socket in the state LISTEN. It is what <c>ss -l</c> shows as Recv-Q.
    /// </summary>
    public static int? ReadAcceptQueue(Socket listening) => Read(listening, UnackedOffset);

    /// <summary>How long ago the last data came (<c>tcpi_last_data_recv</c>); a FIN is no data.</summary>
    public static TimeSpan? ReadSinceLastData(Socket socket) =>
        Read(socket, LastDataReceivedOffset) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <returns>Null where the kernel can't say: another protocol, another system, or the socket is closed.</returns>
    private static int? Read(Socket socket, int offset)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily == AddressFamily.Unix)
        {
            return null;
        }

        Span<byte> info = stackalloc byte[Length];
        try
        {
            int length = socket.GetRawSocketOption(IpProtoTcp, TcpInfoOption, info);
            return length >= offset + sizeof(int) ? MemoryMarshal.Read<int>(info[offset..]) : null;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
