using System.Net.Sockets;

namespace KestrelRaw.Endpoints;

/// <summary>A Unix domain socket outlives the process that made it when that process was killed.</summary>
internal static class UnixSocketPath
{
    /// <summary>Removes a socket that nobody listens on any more.</summary>
    /// <exception cref="IOException">The path is taken: by a living server, or by something that is no socket.</exception>
    public static void Free(string path)
    {
        if (!File.Exists(path))
        {
            if (Directory.Exists(path))
            {
                throw new IOException("the path is taken by a directory");
            }

            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException error)
        {
            throw new IOException($"the path is taken by something that is no listening socket ({error.Message})", error);
        }

        throw new IOException("the path is taken: another server listens there");
    }

    /// <summary>connect(2) also refuses a regular file, and .NET has no attribute for sockets; but a socket can't be opened.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
