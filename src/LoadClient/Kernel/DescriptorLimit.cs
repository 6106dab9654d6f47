using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LoadClient.Kernel;

/// <summary>How many descriptors the process may have.</summary>
internal static unsafe class DescriptorLimit
{
    /// <summary>
    /// Left to the runtime: it opens a pipe for each thread that it starts, and a timer that finds no thread because there
    /// is no descriptor ends the process with "Out of memory".
    /// </summary>
    private const int Reserve = 32;

    /// <summary>A connection's descriptor is below this. The kernel gives out the lowest that is free.</summary>
    public static long ForConnections() => Read() - Reserve;

    /// <summary>RLIMIT_NOFILE. The runtime has raised it to the hard limit at its start.</summary>
    public static long Read()
    {
        Libc.ResourceLimit limit;
        return Libc.GetResourceLimit(Libc.ResourceOpenFiles, &limit) == 0
            ? (long)Math.Min(limit.Current, long.MaxValue)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Makes the kernel's table of descriptors large enough for so many connections. It doubles when it is full, and in a
    /// program with threads each time waits until no processor reads the old one: 10 to 20 ms in which the loop stands
    /// still, at the 256th connection, the 512th, the 1024th ...
    /// </summary>
    public static void MakeRoom(int connections)
    {
        long highest = Math.Min(CountOpen() + (long)connections, ForConnections()) - 1;
        if (highest < 0)
        {
            return;
        }

        // A duplicate of any descriptor with a number at least so high. Without one the table grows later: no fault.
        using SafeFileHandle any = File.OpenHandle("/proc/self/limits");
        int duplicate = Libc.FileControl((int)any.DangerousGetHandle(), Libc.DuplicateFromCloseOnExec, (nint)highest);
        if (duplicate >= 0)
        {
            NativeSocket.Close(duplicate);
        }
    }

    /// <summary>Descriptors that the process has open now.</summary>
    public static int CountOpen() => Directory.GetFiles("/proc/self/fd").Length;
}
