using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KestrelRaw.Connections.Kernel;

/// <summary>epoll(7): one thread waits, any thread changes what it waits for.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Read = 0x1;
    public const uint Write = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint ReadHangUp = 0x2000;

    /// <summary>Reports one event, then nothing until <see cref="Rewatch"/>.</summary>
    public const uint OneShot = 1u << 30;

    /// <summary>Reports what comes, not what is there. What is there when the watch begins counts as having come.</summary>
    public const uint EdgeTriggered = 1u << 31;

    public const int NoTimeout = -1;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const int InterruptedSystemCall = 4;
    private const int NoSuchFile = 2;

    /// <summary>The kernel packs the structure on x86-64 and nowhere else.</summary>
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly SafeFileHandle _handle;

    /// <exception cref="Win32Exception">There are no descriptors or no memory.</exception>
    public Epoll()
    {
        _handle = Create(CloseOnExec);
        Check(_handle.IsInvalid ? -1 : 0, "epoll_create1");
    }

    /// <summary>Watches a descriptor, level-triggered unless <paramref name="events"/> says otherwise; errors and hang-ups are reported in any case.</summary>
    /// <exception cref="Win32Exception">There is no memory, or too much is watched already.</exception>
    public void Watch(SafeHandle descriptor, uint events, long key) => Check(Control(Add, descriptor, events, key), "epoll_ctl");

    public void Rewatch(SafeHandle descriptor, uint events, long key) => Check(Control(Modify, descriptor, events, key), "epoll_ctl");

    /// <summary>Closing a descriptor ends its watch too, unless there is another one, perhaps in another process, for the same socket.</summary>
    public void Unwatch(SafeHandle descriptor)
    {
        if (Control(Delete, descriptor, 0, 0) != 0 && Marshal.GetLastPInvokeError() != NoSuchFile)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Waits until there is something or the time is up.</summary>
    /// <param name="events">Gets as many as there are and as it has room for.</param>
    /// <param name="milliseconds">0 only looks; <see cref="NoTimeout"/> waits for ever.</param>
    public int Wait(Span<(long Key, uint Events)> events, int milliseconds)
    {
        byte* buffer = stackalloc byte[events.Length * sizeof(AlignedEvent)];
        int count = Wait(_handle, buffer, events.Length, milliseconds);
        if (count < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == InterruptedSystemCall ? 0 : throw new Win32Exception(error);
        }

        for (int i = 0; i < count; i++)
        {
            events[i] = IsPacked
                ? (((PackedEvent*)buffer)[i].Key, ((PackedEvent*)buffer)[i].Events)
                : (((AlignedEvent*)buffer)[i].Key, ((AlignedEvent*)buffer)[i].Events);
        }

        return count;
    }

    public void Dispose() => _handle.Dispose();

    private int Control(int operation, SafeHandle descriptor, uint events, long key)
    {
        var packed = new PackedEvent { Events = events, Key = key };
        var aligned = new AlignedEvent { Events = events, Key = key };
        return Control(_handle, operation, descriptor, IsPacked ? &packed : (void*)&aligned);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"{call}: {new Win32Exception(error).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(SafeHandle epoll, int operation, SafeHandle file, void* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(SafeHandle epoll, byte* events, int maxEvents, int timeout);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PackedEvent
    {
        public uint Events;
        public long Key;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AlignedEvent
    {
        public uint Events;
        public long Key;
    }
}
