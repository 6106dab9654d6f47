using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>eventfd(2): other threads ring it to wake the thread that waits in epoll.</summary>
internal sealed unsafe partial class Bell : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;

    /// <exception cref="Win32Exception">There are no descriptors.</exception>
    public Bell()
    {
        int descriptor = Create(0, CloseOnExec | NonBlock);
        Descriptor = descriptor >= 0 ? new SocketDescriptor(descriptor) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public SafeHandle Descriptor { get; }

    /// <summary>Rings until <see cref="Quiet"/>. It can't fail but on a bell that was disposed.</summary>
    public void Ring()
    {
        ulong one = 1;
        _ = Write(Descriptor, &one, sizeof(ulong));
    }

    public void Quiet()
    {
        ulong count;
        _ = Read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose() => Descriptor.Dispose();

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Create(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeHandle descriptor, ulong* value, nint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeHandle descriptor, ulong* value, nint length);
}
