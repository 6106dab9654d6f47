using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LoadClient.Kernel;

/// <summary>epoll(7), edge-triggered, with a bell that other threads can ring.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint ReadHangUp = 0x2000;

    private const uint EdgeTriggered = 1u << 31;
    private const int AddOperation = 1;
    private const int ModifyOperation = 3;
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;
    private const int BellKey = -1;
    private const int MaxEvents = 256;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>The same number on every architecture that came to Linux before it did (5.11).</summary>
    private const int EpollPwait2Number = 441;

    /// <summary>The kernel packs the structure on x86-64 and nowhere else.</summary>
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly int _epoll;
    private readonly int _bell;
    private readonly byte* _events;
    private bool _hasNanoseconds = Environment.Is64BitProcess;

    /// <exception cref="Win32Exception">There are no descriptors or no memory.</exception>
    public Epoll()
    {
        _epoll = Check(Libc.EpollCreate(CloseOnExec));
        _bell = Check(Libc.EventFd(0, CloseOnExec | NonBlock));
        _events = (byte*)NativeMemory.Alloc(MaxEvents, (nuint)sizeof(AlignedEvent));
        Check(-Control(AddOperation, _bell, In, BellKey));
    }

    /// <summary>Watches a descriptor until it is closed. Errors and hang-ups are reported in any case.</summary>
    /// <returns>0, or the error number.</returns>
    public int Watch(int descriptor, uint events, int key) => Control(AddOperation, descriptor, events | EdgeTriggered, key);

    /// <summary>What is there now is reported once more, as if it had just come.</summary>
    /// <returns>0, or the error number.</returns>
    public int Rewatch(int descriptor, uint events, int key) => Control(ModifyOperation, descriptor, events | EdgeTriggered, key);

    /// <summary>Waits until something happens or the time has passed.</summary>
    /// <param name="nanoseconds">0 only looks.</param>
    /// <returns>How many events there are for <see cref="Event"/>; a ring of the bell is among them, with a negative key.</returns>
    public int Wait(long nanoseconds)
    {
        int count = _hasNanoseconds ? WaitNanoseconds(nanoseconds) : WaitMilliseconds(nanoseconds);
        return count >= 0 || Marshal.GetLastPInvokeError() == Errno.Interrupted ? Math.Max(count, 0) : Check(count);
    }

    public (int Key, uint Events) Event(int index) => IsPacked
        ? ((int)((PackedEvent*)_events)[index].Key, ((PackedEvent*)_events)[index].Events)
        : ((int)((AlignedEvent*)_events)[index].Key, ((AlignedEvent*)_events)[index].Events);

    /// <summary>Ends a wait, now or the next one. From any thread; the bell goes on ringing.</summary>
    public void Ring()
    {
        ulong one = 1;
        Check((int)Libc.Write(_bell, &one, sizeof(ulong)));
    }

    public void Dispose()
    {
        Check(Libc.Close(_bell));
        Check(Libc.Close(_epoll));
        NativeMemory.Free(_events);
    }

    private int WaitNanoseconds(long nanoseconds)
    {
        var timeout = new Libc.TimeSpec { Seconds = (nint)(nanoseconds / NanosecondsPerSecond), Nanoseconds = (nint)(nanoseconds % NanosecondsPerSecond) };
        int count = (int)Libc.SystemCall(EpollPwait2Number, _epoll, _events, MaxEvents, &timeout, 0, 0);
        if (count >= 0 || Marshal.GetLastPInvokeError() == Errno.Interrupted)
        {
            return count;
        }

        // Older kernels do not know the call, and sandboxes may forbid it.
        _hasNanoseconds = false;
        return WaitMilliseconds(nanoseconds);
    }

    private int WaitMilliseconds(long nanoseconds) =>
        Libc.EpollWait(_epoll, _events, MaxEvents, (int)((nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond));

    /// <returns>0, or the error number.</returns>
    private int Control(int operation, int descriptor, uint events, int key)
    {
        var packed = new PackedEvent { Events = events, Key = key };
        var aligned = new AlignedEvent { Events = events, Key = key };
        return Libc.EpollControl(_epoll, operation, descriptor, IsPacked ? &packed : (void*)&aligned) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

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
