using System.Globalization;

namespace LoadClient.Sweeps;

/// <summary>How many ports the kernel has to give to connections from one address to one target.</summary>
internal static class LocalPorts
{
    private const string RangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>The kernel's own default, 32768 to 60999, where it does not say.</summary>
    private const int DefaultCount = 28232;

    public static int Count() => File.Exists(RangeFile) ? Count(File.ReadAllText(RangeFile)) : DefaultCount;

    public static int Count(string range)
    {
        int[] bounds = [.. range.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(bound => int.Parse(bound, CultureInfo.InvariantCulture))];
        return bounds[1] - bounds[0] + 1;
    }
}
