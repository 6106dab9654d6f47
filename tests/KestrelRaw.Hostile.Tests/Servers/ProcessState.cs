using System.Globalization;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>What a process holds at one moment.</summary>
/// <param name="Descriptors">Open file descriptors.</param>
/// <param name="ResidentMegabytes">VmRSS.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessState(int Descriptors, int ResidentMegabytes, int Threads)
{
    public static ProcessState Read(int processId)
    {
        string[] status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessState(Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length, Number("VmRSS") / 1024, Number("Threads"));

        int Number(string name) => int.Parse(
            status.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture);
    }
}
