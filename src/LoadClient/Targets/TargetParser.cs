using System.Net;
using System.Net.Sockets;

namespace LoadClient.Targets;

/// <summary>Reads a target's URL and finds its address.</summary>
internal static class TargetParser
{
    private const string Allowed = "tcp://host:port, http://host:port/path or unix:/path";
    private const string UnixScheme = "unix:";
    private const int HttpPort = 80;

    /// <param name="url">What the user gave.</param>
    /// <param name="family">The family that the source addresses ask for; null: any.</param>
    /// <param name="fault">What is wrong with it, if there is no target.</param>
    public static Target? Parse(string url, AddressFamily? family, out string? fault)
    {
        if (url.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            return ParseUnix(url, out fault);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || uri.Scheme is not ("tcp" or "http"))
        {
            string reason = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "TLS is not spoken here; " : "";
            fault = $"'{url}' is no target: {reason}allowed is {Allowed}";
            return null;
        }

        bool isHttp = uri.Scheme == "http";
        fault = Check(uri, isHttp);
        if (fault is not null)
        {
            return null;
        }

        int port = uri.IsDefaultPort && isHttp ? HttpPort : uri.Port;
        IPAddress? address = Resolve(uri.DnsSafeHost, family, out fault);
        return address is null
            ? null
            : new Target(url, isHttp ? TargetKind.Http : TargetKind.Tcp, uri.Host, port, isHttp ? uri.PathAndQuery : "/", new IPEndPoint(address, port));
    }

    private static string? Check(Uri uri, bool isHttp)
    {
        if (uri.UserInfo.Length > 0)
        {
            return $"'{uri.OriginalString}' names a user, which is not sent: leave it out";
        }

        return isHttp switch
        {
            false when uri.PathAndQuery is not ("" or "/") => $"'{uri.OriginalString}' has a path, which tcp:// does not send: use http://, or --body",
            false when uri.Port <= 0 => $"'{uri.OriginalString}' has no port: allowed is {Allowed}",
            true when uri.Port == 0 => $"'{uri.OriginalString}' has port 0, where nobody listens",
            _ => null,
        };
    }

    private static Target? ParseUnix(string url, out string? fault)
    {
        string path = url[UnixScheme.Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        try
        {
            fault = path.StartsWith('/') ? null : $"'{url}' is no target: allowed is {Allowed}";
            return fault is null ? new Target(url, TargetKind.Unix, UnixScheme + path, 0, "/", new UnixDomainSocketEndPoint(path)) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            fault = $"'{url}' is too long for a unix socket's path (107 bytes)";
            return null;
        }
    }

    /// <summary>The first address; IPv4 comes first, since servers that listen on 127.0.0.1 alone are many, also for localhost.</summary>
    private static IPAddress? Resolve(string host, AddressFamily? family, out string? fault)
    {
        try
        {
            IPAddress? address = Dns.GetHostAddresses(host)
                .Where(address => family is null || address.AddressFamily == family)
                .OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                .FirstOrDefault();
            fault = address is null ? $"'{host}' has no address of the kind that --source asks for" : null;
            return address;
        }
        catch (SocketException exception)
        {
            fault = $"the host '{host}' is not known: {exception.Message}";
            return null;
        }
        catch (ArgumentException)
        {
            // 0.0.0.0 and ::, which are no one's address, and names of more than 255 characters.
            fault = $"'{host}' is no host that can be connected to";
            return null;
        }
    }
}
