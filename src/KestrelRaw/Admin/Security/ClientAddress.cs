using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Admin.Security;

/// <summary>What counts as one client.</summary>
internal static class ClientAddress
{
    private const int PrefixBytes = 8;

    /// <summary>The IPv4 address, or the IPv6 network of 64 bits: each customer has at least one of those to himself, with all its addresses.</summary>
    public static IPAddress Of(IPAddress? address) => address switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => NetworkOf(address),
        _ => address,
    };

    private static IPAddress NetworkOf(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }
}
