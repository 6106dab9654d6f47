using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KestrelRaw.Connections.Kernel;

/// <summary>The kernel's table of this process's descriptors.</summary>
internal static partial class DescriptorTable
{
    /// <summary>Half a megabyte of kernel memory, and more connections than one machine has seen here.</summary>
    private const int Most = 65_536;

    private const int DuplicateFromCloseOnExec = 1030;

    /// <summary>
    /// Makes the table as large as it may become. It doubles when it is full, and in a process with threads each time the
    /// accept waits until no processor reads the old one: 10 to 20 ms, at the 256th connection, the 512th, the 1024th ...
    /// </summary>
    /// <param name="limit">RLIMIT_NOFILE.</param>
    public static void MakeRoom(int limit)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // A duplicate of any descriptor with the highest number. If there is none to be had, the table grows later: no fault.
        using SafeFileHandle any = File.OpenHandle("/proc/self/limits");
        int duplicate = Control(any, DuplicateFromCloseOnExec, Math.Min(limit, Most) - 1);
        if (duplicate >= 0)
        {
            new SafeFileHandle(duplicate, ownsHandle: true).Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle descriptor, int command, nint argument);
}
