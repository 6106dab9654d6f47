using System.Net.Sockets;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Tests.Endpoints;

public sealed class UnixSocketPathTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Free_NothingThere_IsFine() => UnixSocketPath.Free(_path);

    [Fact]
    public void Free_SocketOfADeadServer_IsRemoved()
    {
        string boundPath = _path + ".bound";
        using (Bind(boundPath))
        {
            // .NET removes the path that it bound; one that was moved stays, as after a SIGKILL.
            File.Move(boundPath, _path);
        }

        Assert.True(File.Exists(_path));
        UnixSocketPath.Free(_path);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void Free_SocketOfALivingServer_Throws()
    {
        using Socket living = Bind(_path);
        living.Listen();
        Assert.Contains("another server", Assert.Throws<IOException>(() => UnixSocketPath.Free(_path)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_path));
    }

    [Fact]
    public void Free_RegularFile_ThrowsAndKeepsIt()
    {
        File.WriteAllText(_path, "precious");
        Assert.Throws<IOException>(() => UnixSocketPath.Free(_path));
        Assert.Equal("precious", File.ReadAllText(_path));
    }

    private static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }
}
