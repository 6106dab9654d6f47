using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>A network interface whose packets this program reads and writes (Documentation/networking/tuntap).</summary>
internal sealed unsafe partial class TunDevice : IDisposable
{
    private const int ReadWriteNonBlock = 0x2 | 0x800;
    private const nuint SetInterface = 0x400454ca;
    private const short PacketsWithoutHeader = 0x1 | 0x1000;
    private const int NameLength = 16;
    private const int RequestLength = 40;

    /// <param name="place">Where the interface is.</param>
    /// <param name="name">What it is called there.</param>
    public TunDevice(NetworkNamespace place, string name) => Handle = place.Run(() => Create(name));

    public SafeFileHandle Handle { get; }

    /// <returns>Its length; 0 when there is none.</returns>
    public int Read(Span<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            return (int)Math.Max(0, Read(Handle, bytes, packet.Length));
        }
    }

    /// <summary>As on any wire, a packet that the other end can't take is lost.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            _ = Write(Handle, bytes, packet.Length);
        }
    }

    public void Dispose() => Handle.Dispose();

    private static SafeFileHandle Create(string name)
    {
        SafeFileHandle handle = Open("/dev/net/tun", ReadWriteNonBlock);
        Assert.SkipWhen(handle.IsInvalid, "There is no /dev/net/tun.");
        byte* request = stackalloc byte[RequestLength];
        new Span<byte>(request, RequestLength).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameLength));
        *(short*)(request + NameLength) = PacketsWithoutHeader;
        Assert.Equal(0, Control(handle, SetInterface, request));
        return handle;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle file, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle file, byte* buffer, nint length);
}
