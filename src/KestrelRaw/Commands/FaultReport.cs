using KestrelRaw.Configuration;

namespace KestrelRaw.Commands;

/// <summary>Prints every fault at once, on standard error.</summary>
internal static class FaultReport
{
    public static int Print(IReadOnlyList<Fault> faults, TextWriter error)
    {
        error.WriteLine(faults.Count == 1 ? "KestrelRaw can't start: 1 fault" : $"KestrelRaw can't start: {faults.Count} faults");
        foreach (Fault fault in faults)
        {
            error.WriteLine($"  {fault}");
        }

        return ExitCode.Usage;
    }
}
