namespace KestrelRaw.Commands;

/// <summary>What the process answers to whoever started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The run failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;
}
