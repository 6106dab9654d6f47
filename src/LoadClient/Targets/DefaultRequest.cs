using System.Text;

namespace LoadClient.Targets;

/// <summary>What is sent when the user gives nothing: a small GET, for raw TCP too, as a server of HTTP's look expects it.</summary>
internal static class DefaultRequest
{
    /// <summary>HTTP/1.0, so that the server closes the connection after its response.</summary>
    public static byte[] Create(Target target, string clientVersion)
    {
        string host = target.Kind == TargetKind.Unix ? "localhost" : $"{target.Host}:{target.Port}";
        return Encoding.ASCII.GetBytes($"GET {target.Path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: LoadClient/{clientVersion}\r\nAccept: */*\r\n\r\n");
    }
}
