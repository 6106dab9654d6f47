namespace KestrelRaw.Logging;

/// <summary>The descriptors 1 and 2, which a process is expected to have from its parent.</summary>
internal static class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const string Flags = "flags:";
    private const int CloseOnExec = 0x80000;

    /// <summary>
    /// Writes nothing where there was nothing at the start. The kernel gives the lowest free number to whoever opens
    /// something next, so the runtime has a pipe of its own there, and the log would go into it. What was handed down
    /// can't be closed on exec; what .NET opens is.
    /// </summary>
    public static void LeaveOutTheMissing()
    {
        if (IsMissing(Output))
        {
            Console.SetOut(TextWriter.Null);
        }

        if (IsMissing(Error))
        {
            Console.SetError(TextWriter.Null);
        }
    }

    /// <returns>Whether the descriptor is not the one that was handed down, or closed.</returns>
    private static bool IsMissing(int descriptor)
    {
        string file = $"/proc/self/fdinfo/{descriptor}";
        return OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fdinfo") && (!File.Exists(file) || HasFlag(File.ReadLines(file)));
    }

    /// <param name="lines">One is <c>flags: 02000001</c>, in octal digits.</param>
    private static bool HasFlag(IEnumerable<string> lines) => lines
        .Where(line => line.StartsWith(Flags, StringComparison.Ordinal))
        .Any(line => (Convert.ToInt32(line[Flags.Length..].Trim(), 8) & CloseOnExec) != 0);
}
