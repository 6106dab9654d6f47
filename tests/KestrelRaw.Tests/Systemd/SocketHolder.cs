using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Systemd;

/// <summary>Stands for systemd: opens sockets, keeps them, and passes them to one server after the other.</summary>
internal sealed partial class SocketHolder(params Socket[] sockets) : IDisposable
{
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    public int Port => ((IPEndPoint)sockets[0].LocalEndPoint!).Port;

    public static Socket Listen(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen(4096);
        return socket;
    }

    public static Socket ListenOnLoopback() => Listen(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Starts a server that gets the sockets, with their names joined by colons; null: without names.</summary>
    public Task<ServerProcess> StartServerAsync(string? names, string endpoints, params string[] arguments) =>
        Pass(names, prefix => ServerProcess.StartAsync(endpoints, arguments, prefix));

    /// <summary>The same for a server that is not expected to serve.</summary>
    public Task<(int ExitCode, string Output)> RunServerAsync(string? names, string endpoints, params string[] arguments) =>
        Pass(names, prefix => ServerProcess.RunAsync(endpoints, arguments, prefix));

    public void Dispose()
    {
        foreach (Socket socket in sockets)
        {
            socket.Dispose();
        }
    }

    /// <summary>The shell moves the descriptors to where they belong, and its process id is the server's.</summary>
    private T Pass<T>(string? names, Func<string[], T> start)
    {
        Tools.SkipUnlessPresent("bash");
        string moves = string.Join(' ', sockets.Select((socket, index) => string.Create(CultureInfo.InvariantCulture, $"{3 + index}<&{socket.Handle} {socket.Handle}<&-")));
        string naming = names is null ? "" : $"LISTEN_FDNAMES={names}";

        // Only while this process starts that one: whatever else is started beside it has no use for them.
        SetFlags(0);
        try
        {
            return start(["bash", "-c", $"export LISTEN_PID=$$ LISTEN_FDS={sockets.Length} {naming}; exec \"$@\" {moves}", "bash"]);
        }
        finally
        {
            SetFlags(CloseOnExec);
        }
    }

    private void SetFlags(int flags)
    {
        foreach (Socket socket in sockets)
        {
            Assert.Equal(0, Control((int)socket.Handle, SetDescriptorFlags, flags));
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
