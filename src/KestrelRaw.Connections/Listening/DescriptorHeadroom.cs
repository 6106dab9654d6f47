using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// Keeps the last descriptors of the process out of the accept loops' hands. The runtime needs some itself: it makes a
/// pipe to start a thread, and when its thread pool can't start one it aborts the process with "Out of memory". That was
/// seen at 256 descriptors and 1,000 clients, before accept had failed even once. The kernel hands out the lowest free
/// number, so a number inside the reserve means that all below it are taken.
/// </summary>
internal sealed class DescriptorHeadroom
{
    /// <summary>Two for each of the threads that may be started at once, and some for files: assemblies, logs, the configuration.</summary>
    internal const int Reserve = 32;

    private readonly ConnectionCountersRegistry _counters;
    private readonly int _firstReserved;
    private volatile bool _isLow;

    /// <param name="limit">RLIMIT_NOFILE; null where it is unknown, and nothing is kept back then.</param>
    /// <param name="counters">Tells whether there are connections whose end would give descriptors back.</param>
    public DescriptorHeadroom(int? limit, ConnectionCountersRegistry counters)
    {
        _counters = counters;
        Limit = limit;
        _firstReserved = limit is { } count ? Math.Max(count - Reserve, 1) : int.MaxValue;
    }

    /// <summary>RLIMIT_NOFILE, the number of descriptors that the process may have.</summary>
    public int? Limit { get; }

    /// <summary>How many connections there are descriptors for, next to what is open for other purposes; null where that is unknown.</summary>
    public int? Capacity
    {
        get
        {
            const string OpenFiles = "/proc/self/fd";
            if (Limit is not { } limit || !Directory.Exists(OpenFiles))
            {
                return null;
            }

            long active = _counters.All.Values.Sum(endpoint => endpoint.Snapshot().Active);
            return (int)Math.Max(0, limit - Reserve - Directory.EnumerateFileSystemEntries(OpenFiles).Count() + active);
        }
    }

    /// <summary>Whoever accepts tells the socket's number.</summary>
    public void Observe(SafeHandle accepted)
    {
        if (accepted.DangerousGetHandle() >= _firstReserved)
        {
            _isLow = true;
        }
    }

    /// <summary>
    /// True while only the reserve is left: nothing may be accepted. Costs nothing until the reserve was reached. Without
    /// connections it is false whatever is left: waiting would change nothing, and one at a time is better than none.
    /// </summary>
    public bool IsExhausted()
    {
        if (_isLow)
        {
            _isLow = !CanTakeOne();
        }

        return _isLow && _counters.All.Values.Any(endpoint => endpoint.Snapshot().Active > 0);
    }

    /// <summary>True where even now, without connections, less than the reserve is left.</summary>
    public bool IsTooSmall() => !CanTakeOne();

    /// <summary>The soft limit of this process as the kernel shows it.</summary>
    public static DescriptorHeadroom OfThisProcess(ConnectionCountersRegistry counters)
    {
        const string LimitsPath = "/proc/self/limits";
        const string Name = "Max open files";
        string? line = File.Exists(LimitsPath) ? File.ReadLines(LimitsPath).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) : null;
        string? soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return new DescriptorHeadroom(int.TryParse(soft, CultureInfo.InvariantCulture, out int limit) ? limit : null, counters);
    }

    private bool CanTakeOne()
    {
        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return probe.Handle < _firstReserved;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
