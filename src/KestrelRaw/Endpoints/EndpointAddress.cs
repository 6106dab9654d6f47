using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KestrelRaw.Configuration;

namespace KestrelRaw.Endpoints;

/// <summary>An endpoint's <c>Url</c>: a host (an IP address or a name) with a port, or the path of a Unix domain socket.</summary>
internal sealed record EndpointAddress
{
    private const string TcpScheme = "tcp://";
    private const string UnixScheme = "unix:";

    /// <summary>sockaddr_un.sun_path on Linux, less the closing zero byte.</summary>
    private const int LongestUnixPath = 107;

    /// <summary>What the resolver takes.</summary>
    private const int LongestHost = 255;

    private EndpointAddress(string? host, int port, string? unixPath)
    {
        Host = host;
        Port = port;
        UnixPath = unixPath;
    }

    /// <summary>The IP address or host name; null for a Unix domain socket.</summary>
    public string? Host { get; }

    /// <summary>0 is any free port.</summary>
    public int Port { get; }

    /// <summary>The path; null for TCP.</summary>
    public string? UnixPath { get; }

    public static bool TryParse(string? text, out EndpointAddress address)
    {
        address = null!;
        if (text is null)
        {
            return false;
        }

        if (text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
        {
            string path = text[UnixScheme.Length..];
            bool isPath = path.Length > 1 && path[0] == '/' && !path.Contains('\0') && Encoding.UTF8.GetByteCount(path) <= LongestUnixPath;
            address = new EndpointAddress(null, 0, path);
            return isPath;
        }

        return text.StartsWith(TcpScheme, StringComparison.OrdinalIgnoreCase) && TryParseAuthority(text[TcpScheme.Length..].TrimEnd('/'), out address);
    }

    /// <summary><c>127.0.0.1:7777</c>, <c>[::1]:7777</c>; null for a Unix domain socket.</summary>
    public string? Authority => Host is null ? null : FormatAuthority(Host, Port);

    public override string ToString() => Host is null ? UnixScheme + UnixPath : TcpScheme + Authority;

    /// <exception cref="SocketException">The host name can't be resolved.</exception>
    public IPAddress[] Resolve() => IPAddress.TryParse(Host, out IPAddress? ip) ? [ip] : Dns.GetHostAddresses(Host!);

    /// <summary>
    /// A socket that listens there is what this address asks for. 0.0.0.0 and [::] count as the same: what systemd makes of
    /// a bare port is [::], which IPv4 clients reach too.
    /// </summary>
    public bool Covers(EndPoint endPoint)
    {
        if (endPoint is not IPEndPoint ip)
        {
            return UnixPath is not null && UnixPath == endPoint.ToString();
        }

        if (Host is null || Port != ip.Port)
        {
            return false;
        }

        try
        {
            return Resolve().Any(own => own.Equals(ip.Address) || (IsAny(own) && IsAny(ip.Address)));
        }
        catch (SocketException)
        {
            // Whoever opens this address will say so.
            return false;
        }
    }

    /// <summary>How an address that a socket is bound to would be written as a <c>Url</c>.</summary>
    public static string Format(EndPoint endPoint) =>
        endPoint is IPEndPoint ip ? TcpScheme + FormatAuthority(ip.Address.ToString(), ip.Port) : $"{UnixScheme}{endPoint}";

    /// <param name="authority"><c>IP-OR-HOST:PORT</c>.</param>
    /// <param name="address">The address, when it is one.</param>
    public static bool TryParseAuthority(string authority, out EndpointAddress address)
    {
        address = null!;
        int colon = authority.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || !SettingPattern.HasNoZero(authority))
        {
            return false;
        }

        string host = authority[..colon];
        bool isBracketed = host[0] == '[' && host[^1] == ']';
        host = isBracketed ? host[1..^1] : host;
        bool isHost = Uri.CheckHostName(host) switch
        {
            UriHostNameType.IPv6 => isBracketed,
            UriHostNameType.IPv4 or UriHostNameType.Dns => !isBracketed,
            _ => false,
        };
        address = new EndpointAddress(host, port, null);
        return isHost && host.Length <= LongestHost;
    }

    private static bool IsAny(IPAddress ip) => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);

    private static string FormatAuthority(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':') ? $"[{host}]" : host)}:{port}");
}
