namespace LoadClient.Faults;

/// <summary>What the process answers to whoever started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The run failed: a failed connection, a broken threshold.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or a file that can't be used.</summary>
    public const int Usage = 2;
}
