using System.Globalization;
using KestrelRaw.Configuration;

namespace KestrelRaw.Endpoints;

/// <summary>
/// The protocol of sd_listen_fds(3): whoever starts this process may pass it open sockets, as the descriptors from 3 on,
/// and say so in its environment.
/// </summary>
internal static class PassedDescriptors
{
    private const int First = 3;

    /// <summary>Nobody passes so many; a slip of the pen is not to become a million faults.</summary>
    private const int Most = 4096;

    private const string ProcessId = "LISTEN_PID";
    private const string Count = "LISTEN_FDS";
    private const string Names = "LISTEN_FDNAMES";

    /// <summary>Reads the variables of this process and removes them: what it starts has no such descriptors.</summary>
    public static IReadOnlyList<(int Descriptor, string Name)> Take(List<Fault> faults)
    {
        try
        {
            return Read(Environment.GetEnvironmentVariable, Environment.ProcessId, faults);
        }
        finally
        {
            Environment.SetEnvironmentVariable(ProcessId, null);
            Environment.SetEnvironmentVariable(Count, null);
            Environment.SetEnvironmentVariable(Names, null);
        }
    }

    /// <param name="variable">The environment.</param>
    /// <param name="processId">What is meant for another process is none of our business.</param>
    /// <param name="faults">Gets what makes no sense.</param>
    internal static IReadOnlyList<(int Descriptor, string Name)> Read(Func<string, string?> variable, int processId, List<Fault> faults)
    {
        if (variable(ProcessId) is not { } owner || variable(Count) is not { } countText)
        {
            return [];
        }

        if (!TryParse(owner, out int ownerId))
        {
            faults.Add(new Fault($"{ProcessId}={owner}", "this is no process id"));
            return [];
        }

        if (ownerId != processId)
        {
            return [];
        }

        if (!TryParse(countText, out int count) || count > Most)
        {
            faults.Add(new Fault($"{Count}={countText}", $"this is no number of sockets from 0 to {Most}"));
            return [];
        }

        // What systemd calls a descriptor when there are no names at all.
        string[] names = variable(Names) is { Length: > 0 } all ? all.Split(':') : [.. Enumerable.Repeat("unknown", count)];
        if (names.Length != count)
        {
            faults.Add(new Fault($"{Names}={variable(Names)}", $"these are {names.Length} names, for {count} sockets ({Count})"));
            return [];
        }

        return [.. names.Select((name, index) => (First + index, name))];
    }

    private static bool TryParse(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
