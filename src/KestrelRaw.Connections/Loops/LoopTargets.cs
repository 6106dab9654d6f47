using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// Who is behind a descriptor. The kernel gives a number again as soon as it is closed, and an event of the old one may
/// be on its way: so each watch has a count of its own, which is a part of the key that the kernel keeps for us.
/// </summary>
internal sealed class LoopTargets
{
    private const int CountShift = 32;
    private const int FirstLength = 256;

    private readonly Lock _lock = new();
    private Watch[] _watches = new Watch[FirstLength];
    private int _lastCount;

    /// <returns>The key of the watch.</returns>
    public long Add(SafeHandle descriptor, ILoopTarget target)
    {
        int number = (int)descriptor.DangerousGetHandle();
        lock (_lock)
        {
            if (number >= _watches.Length)
            {
                Array.Resize(ref _watches, Math.Max(number + 1, _watches.Length * 2));
            }

            int count = ++_lastCount;
            _watches[number] = new Watch(target, count);
            return ((long)count << CountShift) | (uint)number;
        }
    }

    /// <summary>To be called before the descriptor is closed.</summary>
    public void Remove(long key)
    {
        lock (_lock)
        {
            ref Watch watch = ref _watches[(int)key];
            if (watch.Count == (int)(key >> CountShift))
            {
                watch = default;
            }
        }
    }

    /// <summary>Null for a watch that has ended.</summary>
    public ILoopTarget? Find(long key)
    {
        lock (_lock)
        {
            Watch watch = _watches[(int)key];
            return watch.Count == (int)(key >> CountShift) ? watch.Target : null;
        }
    }

    private readonly record struct Watch(ILoopTarget? Target, int Count);
}
