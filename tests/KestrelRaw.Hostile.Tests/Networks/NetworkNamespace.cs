using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.TestHelpers;
using Microsoft.Win32.SafeHandles;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>A network namespace of the test's own. Needs root, and iproute2.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int NewNetwork = 0x40000000;

    private static int _last;

    public NetworkNamespace()
    {
        Tools.SkipUnlessPresent("ip");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make network namespaces.");
        Name = $"kr-{Environment.ProcessId}-{Interlocked.Increment(ref _last)}";
        Ip($"netns add {Name}");
        Configure("link set lo up");
    }

    public string Name { get; }

    /// <summary>Runs the command behind it in here.</summary>
    public string[] Prefix => ["ip", "netns", "exec", Name];

    /// <summary>ip(8), in the namespace that this program runs in.</summary>
    public static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {error}");
    }

    /// <summary>ip(8), in here.</summary>
    public void Configure(string arguments) => Ip($"-n {Name} {arguments}");

    /// <summary>A socket of this namespace; it can be used anywhere.</summary>
    public Socket CreateSocket() => Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>Runs it in here, on a thread that is used for nothing else.</summary>
    public T Run<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                done.SetResult(function());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>The processes and sockets in here keep it until they end; its name is free.</summary>
    public void Dispose() => Ip($"netns del {Name}");

    private void Enter()
    {
        using SafeFileHandle file = Open($"/run/netns/{Name}", 0);
        Assert.Equal(0, SetNamespace(file, NewNetwork));
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
