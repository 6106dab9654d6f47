using LoadClient.Kernel;

namespace LoadClient.Commands;

/// <summary>How many connections there may be at once.</summary>
internal static class ConnectionLimit
{
    /// <summary>More than a machine has descriptors for; the table of slots takes 160 bytes for each.</summary>
    public const int Maximum = 1_000_000;

    /// <summary>An open loop takes what it needs, up to this.</summary>
    private const int OpenLoopMaximum = 65_536;

    /// <summary>What the runtime, the reports and the loops open themselves.</summary>
    private const int OwnDescriptors = 64;

    /// <param name="given">What the user gave; null: nothing.</param>
    /// <param name="closedLoopDefault">Without it, for a closed loop.</param>
    /// <param name="requests">Never more connections than requests.</param>
    /// <param name="isOpenLoop">
    /// Then a limit would turn the open loop into a closed one while the server is slow: without a number from the user it
    /// is what the descriptors allow.
    /// </param>
    public static int Choose(int? given, int closedLoopDefault, long? requests, bool isOpenLoop)
    {
        int chosen = given ?? (isOpenLoop ? FromDescriptors() : closedLoopDefault);
        return (int)Math.Min(chosen, requests ?? chosen);
    }

    private static int FromDescriptors()
    {
        long free = DescriptorLimit.Read() - DescriptorLimit.CountOpen() - OwnDescriptors;
        return (int)Math.Clamp(free, 1, OpenLoopMaximum);
    }
}
