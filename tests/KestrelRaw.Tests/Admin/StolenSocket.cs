using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KestrelRaw.Tests.Admin;

/// <summary>Another process's socket, taken by its descriptor: the way to break a server from outside.</summary>
internal static partial class StolenSocket
{
    private const long PidfdOpen = 434;
    private const long PidfdGetFd = 438;

    /// <summary>Ends listening on a port behind the back of the process that listens there.</summary>
    public static void BreakListener(int processId, int port)
    {
        long process = SystemCall(PidfdOpen, processId, 0, 0);
        Assert.True(process >= 0, $"pidfd_open: {Marshal.GetLastPInvokeErrorMessage()}");
        using var owner = new SafeSocketHandle((nint)process, ownsHandle: true);
        foreach (string descriptor in Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd"))
        {
            if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true
                && TryBreak(process, int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), port))
            {
                return;
            }
        }

        Assert.Fail($"Process {processId} listens on no port {port}.");
    }

    private static bool TryBreak(long process, int descriptor, int port)
    {
        long copy = SystemCall(PidfdGetFd, process, descriptor, 0);
        Assert.True(copy >= 0, $"pidfd_getfd: {Marshal.GetLastPInvokeErrorMessage()}");
        using var socket = new Socket(new SafeSocketHandle((nint)copy, ownsHandle: true));
        if (socket.LocalEndPoint is not IPEndPoint { Port: var bound } || bound != port || socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 1)
        {
            return false;
        }

        Assert.Equal(0, Shutdown((int)copy, 2));
        return true;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int descriptor, int how);
}
