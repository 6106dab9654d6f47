namespace LoadClient.Faults;

/// <summary>Prints every fault at once, on standard error.</summary>
internal static class FaultReport
{
    public static int Print(IReadOnlyList<Fault> faults, TextWriter error)
    {
        error.WriteLine(faults.Count == 1 ? "LoadClient can't run: 1 fault" : $"LoadClient can't run: {faults.Count} faults");
        foreach (Fault fault in faults)
        {
            error.WriteLine($"  {fault}");
        }

        return ExitCode.Usage;
    }
}
