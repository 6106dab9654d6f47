using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Kernel;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Admission;

/// <summary>
/// Notices at once when the client of a queued connection is gone, without reading from the socket: what the client has
/// sent would hide it from a read. One thread for all queues, started when the first connection is queued. Linux only;
/// elsewhere such a connection is noticed when it gets its slot.
/// </summary>
internal sealed partial class HangUpWatcher(ILoggerFactory loggerFactory) : IDisposable
{
    /// <summary>
    /// TCP shows a client that has half-closed and waits for its response, and one that has closed and gone, by the same
    /// FIN. One that comes with the request is taken for a half-close (<c>printf x | nc -N</c>), one that comes later
    /// for the end of a client's patience. A tenth of a second covers a FIN that was delayed behind the data by a
    /// round trip; people's and programs' patience is longer.
    /// </summary>
    public static readonly TimeSpan HalfCloseWithin = TimeSpan.FromMilliseconds(100);

    private const int EventsAtOnce = 64;
    private const long StopKey = 0;

    private readonly ILogger _logger = loggerFactory.CreateLogger("KestrelRaw.Connections");
    private readonly ConcurrentDictionary<long, QueuedConnection> _watched = new();
    private readonly Lock _starting = new();
    private Epoll? _epoll;
    private Thread? _thread;
    private Bell? _stop;
    private bool _isBroken;

    public int Count => _watched.Count;

    /// <returns>False when the connection can't be watched.</returns>
    public bool TryWatch(QueuedConnection connection)
    {
        if (!OperatingSystem.IsLinux() || !TryStart())
        {
            return false;
        }

        _watched[connection.Key] = connection;
        try
        {
            _epoll!.Watch(connection.Socket.Handle, Epoll.ReadHangUp, connection.Key);
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or ObjectDisposedException)
        {
            // No kernel memory, or the connection has got its slot and ended meanwhile.
            Log.NotWatched(_logger, exception.Message);
            _watched.TryRemove(connection.Key, out _);
            return false;
        }
    }

    public void Unwatch(QueuedConnection connection)
    {
        _watched.TryRemove(connection.Key, out _);
        try
        {
            _epoll!.Unwatch(connection.Socket.Handle);
        }
        catch (Exception exception) when (exception is Win32Exception or ObjectDisposedException)
        {
            // It is closed already, which has ended the watch.
            Log.NotWatched(_logger, exception.Message);
        }
    }

    public void Dispose()
    {
        lock (_starting)
        {
            _isBroken = true;
            if (_thread is null)
            {
                return;
            }

            _stop = new Bell();
            _stop.Ring();
            _epoll!.Watch(_stop.Descriptor, Epoll.Read, StopKey);
        }

        _thread.Join();
        _epoll.Dispose();
        _stop.Dispose();
    }

    private bool TryStart()
    {
        if (_thread is not null || _isBroken)
        {
            return !_isBroken;
        }

        lock (_starting)
        {
            if (_thread is null && !_isBroken)
            {
                try
                {
                    _epoll = new Epoll();
                    var thread = new Thread(Run) { IsBackground = true, Name = "hang-ups" };
                    thread.Start();
                    _thread = thread;
                }
                catch (Exception exception) when (exception is Win32Exception or OutOfMemoryException or ThreadStartException)
                {
                    _isBroken = true;
                    Log.WatcherNotStarted(_logger, exception.Message);
                }
            }

            return !_isBroken;
        }
    }

    private void Run()
    {
        Span<(long Key, uint Events)> events = stackalloc (long, uint)[EventsAtOnce];
        while (true)
        {
            int count = _epoll!.Wait(events, Epoll.NoTimeout);
            foreach ((long key, uint what) in events[..count])
            {
                if (key == StopKey)
                {
                    return;
                }

                if (_watched.TryGetValue(key, out QueuedConnection? connection))
                {
                    OnHangUp(connection, what);
                }
            }
        }
    }

    private void OnHangUp(QueuedConnection connection, uint events)
    {
        try
        {
            if ((events & Epoll.Error) != 0)
            {
                connection.Leave(ConnectionOutcome.ClientReset);
            }
            else if ((events & Epoll.HangUp) != 0 || !IsHalfClose(connection.Socket.Handle))
            {
                connection.Leave(ConnectionOutcome.ClientClosed);
            }
            else
            {
                // From now on only a reset counts.
                _epoll!.Rewatch(connection.Socket.Handle, 0, connection.Key);
            }
        }
        catch (Exception exception) when (exception is Win32Exception or ObjectDisposedException)
        {
            // It has just got its slot.
            Log.NotWatched(_logger, exception.Message);
        }
    }

    private static bool IsHalfClose(SafeHandle socket) =>
        SocketCalls.HasInput(socket) && (TcpInfo.ReadFromDataToFin(socket) is not { } time || time < HalfCloseWithin);

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Warning, "Clients that go away while they are queued are noticed only when it is their turn: {Error}", EventName = "WatcherNotStarted")]
        public static partial void WatcherNotStarted(ILogger logger, string error);

        [LoggerMessage(51, LogLevel.Trace, "A queued connection is not watched: {Error}", EventName = "NotWatched")]
        public static partial void NotWatched(ILogger logger, string error);
    }
}
