using System.Diagnostics;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>What a process does with the processors from now on.</summary>
internal sealed class ProcessorMeter(int processId)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _before = Read(processId);

    /// <summary>The share of one processor; null when the process has ended.</summary>
    public double? ReadShare()
    {
        try
        {
            return (Read(processId) - _before) / Stopwatch.GetElapsedTime(_start);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan Read(int processId)
    {
        using Process process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
