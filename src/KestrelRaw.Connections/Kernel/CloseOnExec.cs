using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>FD_CLOEXEC on a descriptor that came from elsewhere; .NET sets it on what it opens itself.</summary>
internal static partial class CloseOnExec
{
    private const int SetDescriptorFlags = 2;
    private const int Flag = 1;

    /// <exception cref="Win32Exception">The descriptor is not open.</exception>
    public static void Set(int descriptor)
    {
        if (Control(descriptor, SetDescriptorFlags, Flag) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
