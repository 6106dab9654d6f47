using System.Net.Sockets;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// Bounds what the kernel takes of a response beyond what the client lets be sent (TCP_NOTSENT_LOWAT). Without it a client that
/// reads nothing is given megabytes (tcp_wmem), which costs as much memory, and the time of copying it.
/// </summary>
internal static class UnsentBytes
{
    /// <summary>There is room again from half of it on, which lasts for 100 us at 10 Gbit/s: longer than it takes to be told.</summary>
    public const int Most = 256 * 1024;

    private const int NotSentLowWaterMark = 25;

    /// <summary>Set on a listening socket of TCP, which hands it on to what it accepts.</summary>
    /// <returns>False where there is no such option: a client then costs what the system's limits allow.</returns>
    public static bool TryLimit(Socket listening)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                listening.SetRawSocketOption((int)SocketOptionLevel.Tcp, NotSentLowWaterMark, BitConverter.GetBytes(Most));
                return true;
            }
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ProtocolOption or SocketError.OperationNotSupported)
        {
            // A kernel that only looks like Linux.
        }

        return false;
    }
}
