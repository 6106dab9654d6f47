using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KestrelRaw.Hostile.Tests.Networks;

/// <summary>
/// A bad link between the two machines of a <see cref="TestNetwork"/>: what <c>tc netem</c> does, which is a module that not
/// every kernel has. A thread carries the packets; what becomes of each is drawn from a seeded sequence.
/// </summary>
internal sealed unsafe partial class LossyLink : IDisposable
{
    /// <summary>Of a link with a limited rate: what a router holds before it drops.</summary>
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at whether the link is to end.</summary>
    private const int LongestWait = 50;

    private const short Readable = 1;

    private readonly LinkConditions _conditions;
    private readonly Random _random;
    private readonly TunDevice[] _ends;
    private readonly TimeSpan[] _free = new TimeSpan[2];
    private readonly PriorityQueue<(int From, byte[] Packet), TimeSpan> _underWay = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Thread _carrier;
    private volatile bool _isEnding;

    public LossyLink(TestNetwork network, LinkConditions conditions, int seed)
    {
        _conditions = conditions;
        _random = new Random(seed);
        _ends = [new TunDevice(network.Server, TestNetwork.LinkName), new TunDevice(network.Clients, TestNetwork.LinkName)];
        network.BringUp(conditions.Mtu);
        _carrier = new Thread(Carry) { IsBackground = true, Name = "link" };
        _carrier.Start();
    }

    public int Carried { get; private set; }

    public int Lost { get; private set; }

    public int Duplicated { get; private set; }

    public int Overtaken { get; private set; }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public void Dispose()
    {
        _isEnding = true;
        _carrier.Join();
        Array.ForEach(_ends, end => end.Dispose());
    }

    public override string ToString() => $"{Carried} packets carried, {Lost} lost, {Duplicated} doubled, {Overtaken} overtaken";

    private void Carry()
    {
        byte[] buffer = new byte[64 * 1024];
        while (!_isEnding)
        {
            WaitForPackets();
            for (int from = 0; from < _ends.Length; from++)
            {
                while (_ends[from].Read(buffer) is var length and > 0)
                {
                    Send(from, buffer.AsSpan(0, length).ToArray());
                }
            }

            while (_underWay.TryPeek(out (int From, byte[] Packet) next, out TimeSpan due) && due <= Now)
            {
                _underWay.Dequeue();
                _ends[1 - next.From].Write(next.Packet);
                Carried++;
            }
        }
    }

    private void Send(int from, byte[] packet)
    {
        if (_random.NextDouble() < _conditions.Loss)
        {
            Lost++;
            return;
        }

        bool isDouble = _random.NextDouble() < _conditions.Duplicates;
        Duplicated += isDouble ? 1 : 0;
        for (int copies = isDouble ? 2 : 1; copies > 0; copies--)
        {
            Enqueue(from, packet);
        }
    }

    private void Enqueue(int from, byte[] packet)
    {
        TimeSpan begin = _free[from] > Now ? _free[from] : Now;
        if (_conditions.BitsPerSecond is { } rate)
        {
            if (begin - Now > LongestQueue)
            {
                Lost++;
                return;
            }

            begin = _free[from] = begin + TimeSpan.FromSeconds(packet.Length * 8.0 / rate);
        }

        TimeSpan due = begin + _conditions.Delay + (_conditions.Jitter * ((2 * _random.NextDouble()) - 1));
        Overtaken += _underWay.UnorderedItems.Any(other => other.Element.From == from && other.Priority > due) ? 1 : 0;
        _underWay.Enqueue((from, packet), due);
    }

    private void WaitForPackets()
    {
        int wait = _underWay.TryPeek(out _, out TimeSpan due) ? (int)Math.Clamp(Math.Ceiling((due - Now).TotalMilliseconds), 0, LongestWait) : LongestWait;
        PollEntry* entries = stackalloc PollEntry[_ends.Length];
        for (int end = 0; end < _ends.Length; end++)
        {
            entries[end] = new PollEntry { Descriptor = (int)_ends[end].Handle.DangerousGetHandle(), Events = Readable };
        }

        _ = Poll(entries, (nuint)_ends.Length, wait);
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
