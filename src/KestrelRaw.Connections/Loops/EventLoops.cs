using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KestrelRaw.Connections.Loops;

/// <summary>The loops of the process, which take connections in turn. They start with the first endpoint that needs them.</summary>
internal sealed class EventLoops(IOptions<EpollTransportOptions> options, TimeProvider timeProvider, ILoggerFactory loggerFactory) : IDisposable
{
    private static readonly TimeSpan LookForStuckEvery = TimeSpan.FromSeconds(1);

    private readonly int _count = options.Value.LoopCount ?? Math.Max(1, Environment.ProcessorCount / 2);
    private readonly Lock _lock = new();
    private readonly List<EventLoop> _started = [];
    private EventLoop[] _loops = [];
    private Timer? _stuckTimer;
    private uint _turn;

    public EventLoop Next()
    {
        EventLoop[] loops = Started();
        return loops[Interlocked.Increment(ref _turn) % (uint)loops.Length];
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stuckTimer?.Dispose();
            _started.ForEach(static loop => loop.Dispose());
            _started.Clear();
        }
    }

    private EventLoop[] Started()
    {
        if (Volatile.Read(ref _loops) is { Length: > 0 } running)
        {
            return running;
        }

        lock (_lock)
        {
            if (_loops.Length == 0)
            {
                ILogger logger = loggerFactory.CreateLogger("KestrelRaw.Connections");
                while (_started.Count < _count)
                {
                    _started.Add(new EventLoop($"event loop {_started.Count}", timeProvider, logger));
                }

                EventLoop[] loops = [.. _started];
                _stuckTimer = new Timer(_ => Array.ForEach(loops, static loop => loop.Holds.LookForStuck()), null, LookForStuckEvery, LookForStuckEvery);
                Volatile.Write(ref _loops, loops);
            }

            return _loops;
        }
    }
}
