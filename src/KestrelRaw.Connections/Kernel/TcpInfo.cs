using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>What <c>getsockopt(TCP_INFO)</c> tells of a socket (linux/tcp.h, <c>struct tcp_info</c>). Linux and TCP only.</summary>
internal static partial class TcpInfo
{
    private const int IpProtoTcp = 6;
    private const int TcpInfoOption = 11;

    // Offsets of the members of 32 bits, which follow eight of 8 bits.
    private const int UnackedOffset = 24;
    private const int LastDataReceivedOffset = 52;
    private const int LastAckReceivedOffset = 56;
    private const int Length = 60;
    private const int BytesReceivedOffset = 128;
    private const int LengthWithBytesReceived = 136;

    /// <summary>
    /// Connections in a listening socket's accept queue: <c>tcpi_unacked</c>, which the kernel fills with
    /// <c>sk_ack_backlog</c> for a socket in the state LISTEN. It is what <c>ss -l</c> shows as Recv-Q.
    /// </summary>
    public static int? ReadAcceptQueue(SafeHandle listening)
    {
        Span<byte> info = stackalloc byte[Length];
        return TryRead(listening, info) ? MemoryMarshal.Read<int>(info[UnackedOffset..]) : null;
    }

    /// <summary>
    /// For a socket whose client has sent its FIN, and to which nothing was sent since: the time between the client's last
    /// data and the FIN (<c>tcpi_last_data_recv</c>, which a FIN leaves alone, less <c>tcpi_last_ack_recv</c>, which it
    /// sets). The kernel's own times of arrival: how late we look does not matter.
    /// </summary>
    public static TimeSpan? ReadFromDataToFin(SafeHandle socket)
    {
        Span<byte> info = stackalloc byte[Length];
        return TryRead(socket, info)
            ? TimeSpan.FromMilliseconds(MemoryMarshal.Read<int>(info[LastDataReceivedOffset..]) - MemoryMarshal.Read<int>(info[LastAckReceivedOffset..]))
            : null;
    }

    /// <summary>The client has sent something, or its FIN, wherever that is by now (<c>tcpi_bytes_received</c>, which counts the FIN as one); null where the kernel can't say.</summary>
    public static bool? HasReceived(SafeHandle socket)
    {
        Span<byte> info = stackalloc byte[LengthWithBytesReceived];
        return TryRead(socket, info) ? MemoryMarshal.Read<long>(info[BytesReceivedOffset..]) > 0 : null;
    }

    /// <returns>False where the kernel can't say: another protocol, another system, or the socket is closed.</returns>
    private static unsafe bool TryRead(SafeHandle socket, Span<byte> info)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        int length = info.Length;
        fixed (byte* bytes = info)
        {
            try
            {
                return GetOption(socket, IpProtoTcp, TcpInfoOption, bytes, &length) == 0 && length == info.Length;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static unsafe partial int GetOption(SafeHandle socket, int level, int option, byte* value, int* length);
}
