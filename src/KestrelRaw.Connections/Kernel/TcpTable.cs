using System.Globalization;
using System.Net;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// What the kernel shows of this network namespace's TCP sockets (proc(5), /proc/net/tcp). It needs no privilege and no
/// further kind of socket, unlike NETLINK_SOCK_DIAG, which a hardened unit or container forbids; it is a line a connection.
/// </summary>
internal static class TcpTable
{
    private const string SynReceived = "03";

    /// <summary>Up to the state; the rest of a line is one field more.</summary>
    private const int Fields = 5;
    private const int LocalAddress = 1;
    private const int State = 3;

    private static readonly string[] Files = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

    /// <summary>Clients have had their SYN to this port answered, and their ACK is under way. False where nobody can tell.</summary>
    public static bool HasHandshake(IPEndPoint listening) => Files.Any(file => HasHandshake(file, listening.Port));

    private static bool HasHandshake(string file, int port)
    {
        string ending = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        try
        {
            return File.Exists(file) && File.ReadLines(file).Any(line => IsHandshake(line, ending));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsHandshake(string line, string ending)
    {
        Span<Range> fields = stackalloc Range[Fields];
        ReadOnlySpan<char> text = line;
        return text.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) == Fields
            && text[fields[State]].SequenceEqual(SynReceived)
            && text[fields[LocalAddress]].EndsWith(ending);
    }
}
