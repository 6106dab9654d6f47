using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Listening;

/// <summary>Settings of one listener. Fixed once it is bound, but for what <see cref="Admission"/> can change and <see cref="UnreachableTimeout"/>.</summary>
public sealed class ConnectionListenerOptions
{
    /// <summary>4096, the default of <c>net.core.somaxconn</c> since Linux 5.4. A short backlog shows as connect times of 1 s and 3 s.</summary>
    public const int DefaultBacklog = 4096;

    /// <summary>60 s: longer than a mobile network or a router needs to come back, and no client waits so long for an answer.</summary>
    public static readonly TimeSpan DefaultUnreachableTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The endpoint's name in logs and metrics. Listeners with one name share their counts. Null (the default) is the address it is bound to.</summary>
    public string? Name { get; set; }

    /// <summary>listen(2)'s backlog, in connections; the kernel caps it at <c>net.core.somaxconn</c>. Default 4096. Without effect on a <see cref="ListenSocket"/>.</summary>
    public int Backlog { get; set; } = DefaultBacklog;

    /// <summary>The way into the pool whose slots the connections take; null (the default) is a pool without a limit.</summary>
    public ConnectionAdmission? Admission { get; set; }

    /// <summary>What the handler gets: pipes (<see cref="ConnectionTransport.Auto"/>, the default) or a bare blocking socket.</summary>
    public ConnectionTransport Transport { get; set; }

    /// <summary>
    /// How long a client may acknowledge nothing (no data, no FIN, no probe, of which there are four in that time) before the
    /// kernel ends its connection, which then reads and sends as one that was reset. In seconds, more or less; default 60 s;
    /// null: the system's own settings, which let a client whose machine has vanished hold its connection for hours. It
    /// also ends a connection whose client answers but takes nothing for so long of what was sent. May be changed while the
    /// listener runs, for the connections that come from then on. Linux and TCP only.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 s or more than a day.</exception>
    public TimeSpan? UnreachableTimeout
    {
        get;
        set
        {
            if (value is { } time)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(time, UnreachablePeers.Shortest, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(time, UnreachablePeers.Longest, nameof(value));
            }

            field = value;
            UnreachableTimeoutChanged?.Invoke(value);
        }
    }
    = DefaultUnreachableTimeout;

    /// <summary>What comes behind <c>UseConnectionListener</c>, the handler last.</summary>
    internal ConnectionDelegate? Pipeline { get; set; }

    /// <summary>Who runs the handler. Default <see cref="ConnectionDispatch.ThreadPool"/>.</summary>
    public ConnectionDispatch Dispatch { get; set; }

    /// <summary>A socket that listens already, for example one that was opened before the host was built; null (the default) opens one. The listener owns it.</summary>
    public Socket? ListenSocket { get; set; }

    /// <summary>
    /// <see cref="ListenSocket"/> is held by another process too, which passed it on and will pass it to the next one, as
    /// systemd does. At unbind the listener stops accepting at once and leaves the kernel's queue to its successor. False
    /// (the default): it serves what is in the queue, because closing the socket would reset it.
    /// </summary>
    public bool IsListenSocketShared { get; set; }

    internal event Action<TimeSpan?>? UnreachableTimeoutChanged;
}
