using System.Net;
using System.Net.Sockets;

namespace LoadClient.Sweeps;

/// <summary>
/// Reads /proc/net/tcp and tcp6. /proc/net/sockstat would be cheaper but counts the whole machine; a table of 13,000
/// connections took 50 ms, which is little between two runs.
/// </summary>
internal static class ConnectionTable
{
    private const int TimeWaitState = 0x06;

    /// <summary>CLOSE and LISTEN: no connections.</summary>
    private static readonly int[] OtherStates = [0x07, 0x0A];

    private static readonly string[] Files = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Nothing where there is no such table.</summary>
    public static ConnectionCounts Count(IPEndPoint target)
    {
        var counts = default(ConnectionCounts);
        foreach (string file in Files.Where(File.Exists))
        {
            ConnectionCounts more = Count(File.ReadLines(file), target);
            counts = new(counts.Open + more.Open, counts.TimeWait + more.TimeWait);
        }

        return counts;
    }

    /// <param name="lines">Of the table: <c>sl: local remote state ...</c>, addresses and ports in hexadecimal.</param>
    /// <param name="target">At either end: on its own machine the table has the server's connections too.</param>
    public static ConnectionCounts Count(IEnumerable<string> lines, IPEndPoint target)
    {
        string[] forms = Forms(target);
        int open = 0;
        int timeWait = 0;
        foreach (string line in lines)
        {
            if (!forms.Any(form => line.Contains(form, StringComparison.Ordinal)))
            {
                continue;
            }

            // The number, the local end, the remote end, the state.
            string[] fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            int state = Convert.ToInt32(fields[3], 16);
            if (state == TimeWaitState)
            {
                timeWait++;
            }
            else if (!OtherStates.Contains(state))
            {
                open++;
            }
        }

        return new(open, timeWait);
    }

    /// <summary>The target as the table writes it; an IPv4 address also as the IPv6 socket of a server for both has it.</summary>
    private static string[] Forms(IPEndPoint target) =>
        target.AddressFamily == AddressFamily.InterNetwork || target.Address.IsIPv4MappedToIPv6
            ? [Form(target.Address.MapToIPv4(), target.Port), Form(target.Address.MapToIPv6(), target.Port)]
            : [Form(target.Address, target.Port)];

    /// <summary>The kernel prints the address as 32-bit words in the machine's byte order.</summary>
    private static string Form(IPAddress address, int port)
    {
        byte[] bytes = address.GetAddressBytes();
        IEnumerable<string> words = bytes.Chunk(4).Select(word => $"{BitConverter.ToUInt32(word):X8}");
        return $" {string.Concat(words)}:{port:X4} ";
    }
}
