using System.ComponentModel;
using System.Runtime.InteropServices;

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

    /// <summary>Descriptors that the process has open now.</summary>
    public static int CountOpen() => Directory.GetFiles("/proc/self/fd").Length;
}
