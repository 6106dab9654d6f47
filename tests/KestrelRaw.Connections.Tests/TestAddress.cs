using System.Net;

namespace KestrelRaw.Connections.Tests;

/// <summary>Where the servers of these tests listen.</summary>
internal static class TestAddress
{
    /// <summary>Nobody else's: at 127.0.0.1 somebody may still ask for the server that had the port before, and be counted.</summary>
    public static IPAddress Own { get; } = IPAddress.Parse("127.77.0.1");
}
