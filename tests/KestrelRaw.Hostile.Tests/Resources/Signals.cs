using System.Runtime.InteropServices;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>kill(2), for processes that are not a server's.</summary>
internal static partial class Signals
{
    public static void Send(int processId, int signal) => Assert.Equal(0, Kill(processId, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
