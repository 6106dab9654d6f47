using System.Net.Sockets;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// Makes the kernel drop what arrives at a listening socket, by asking for more hops to go than a packet ever has left
/// (IP_MINTTL, meant for RFC 5082). Closing a listening socket resets every connection in its queue, and a connection can
/// enter the queue between the last accept and the close; so the queue can be emptied for good first. A client whose SYN
/// is dropped sends it again after a second, and is then refused or reaches the next process on that port. Needs no
/// privilege, unlike a socket filter, which this kernel (6.18) lets nobody attach to a TCP socket without CAP_NET_ADMIN.
/// </summary>
internal static class HopLimit
{
    private const int IpLevel = 0;
    private const int MinimumTtl = 21;
    private const int IPv6Level = 41;
    private const int MinimumHopCount = 73;

    /// <summary>The most that the field holds. Senders begin with 64 or 128, routers with 255, and it goes down by one a hop.</summary>
    private const int Highest = 255;

    /// <returns>False where the kernel knows no such option: the time between the last accept and the close then stays open.</returns>
    public static bool TryDropEverything(Socket listening) => TrySet(listening, Highest);

    /// <summary>A connection whose handshake ended after that has inherited it, and is deaf until this is called; what its client sent meanwhile comes again.</summary>
    public static void Restore(Socket accepted) => TrySet(accepted, 0);

    private static bool TrySet(Socket socket, int hops)
    {
        try
        {
            // A socket for IPv6 may take IPv4 too.
            socket.SetRawSocketOption(IpLevel, MinimumTtl, BitConverter.GetBytes(hops));
            if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.SetRawSocketOption(IPv6Level, MinimumHopCount, BitConverter.GetBytes(hops));
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
