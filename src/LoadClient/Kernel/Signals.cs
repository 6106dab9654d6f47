using System.Globalization;
using System.Runtime.InteropServices;

namespace LoadClient.Kernel;

/// <summary>What .NET has no call for.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;

    private const string IgnoredLine = "SigIgn:";

    /// <summary>Gives a signal that the process was started to ignore its default effect, so that .NET's handlers take it.</summary>
    public static void Unignore(int signal)
    {
        if (IsIgnored(signal))
        {
            SetHandler(signal, 0);
        }
    }

    private static bool IsIgnored(int signal)
    {
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(IgnoredLine, StringComparison.Ordinal))[IgnoredLine.Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
