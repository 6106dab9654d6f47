using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// A RST at once, from any thread, that also wakes the thread that blocks on the socket. .NET has no call for it: its
/// Disconnect is a shutdown, which shows the client the end of a whole answer, and closing wakes nobody.
/// </summary>
internal static partial class SocketReset
{
    private const int SockAddrLength = 16;

    /// <returns>False where the kernel can't: not TCP, not Linux, or 6.5 and 6.6 while a thread is waiting.</returns>
    public static bool TrySend(Socket socket) =>
        OperatingSystem.IsLinux() && socket.AddressFamily != AddressFamily.Unix && TrySend(socket.SafeHandle);

    /// <summary>The same where there is no <see cref="Socket"/>; false, too, behind a Unix domain socket.</summary>
    public static unsafe bool TrySend(SafeHandle socket)
    {
        // connect(2): an address of the family AF_UNSPEC, which is all zeroes, dissolves the connection.
        byte* unspecified = stackalloc byte[SockAddrLength];
        return Connect(socket, unspecified, SockAddrLength) == 0;
    }

    [LibraryImport("libc", EntryPoint = "connect")]
    private static unsafe partial int Connect(SafeHandle socket, byte* address, int length);
}
