using System.Runtime.CompilerServices;
using KestrelRaw.Connections.Pools;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>Warns, at start and when a pool's size is changed, of what the system will not give.</summary>
internal sealed partial class LimitsCheck(ILogger logger, DescriptorHeadroom headroom)
{
    private readonly ConditionalWeakTable<ConnectionPool, object> _checkedPools = [];

    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="pool">Its pool.</param>
    /// <param name="backlog">What this process asked the kernel for; null: another process has opened the socket.</param>
    public void Run(string endpoint, ConnectionPool pool, int? backlog)
    {
        if (headroom.IsTooSmall())
        {
            Log.TooFewDescriptors(logger, endpoint, headroom.Limit, DescriptorHeadroom.Reserve);
        }

        if (_checkedPools.TryAdd(pool, pool))
        {
            CheckSize(pool);
            pool.Resized += () =>
            {
                if (pool.AdaptiveMaximum is null)
                {
                    CheckSize(pool);
                }
            };
        }

        if (backlog is { } asked && ListenSockets.ReadSomaxconn() is { } cap && cap < asked)
        {
            Log.BacklogCapped(logger, endpoint, asked, cap);
        }
    }

    private void CheckSize(ConnectionPool pool)
    {
        if ((pool.AdaptiveMaximum ?? pool.Size) is { } size && headroom.Capacity is { } capacity && size > capacity)
        {
            Log.SizeBeyondDescriptors(logger, pool.Name, size, headroom.Limit, capacity);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Warning, "Endpoint {Endpoint}: of the {Limit} file descriptors that this process may have, fewer than the {Reserve} that the runtime needs are free already at start; connections will be served one at a time. Raise the limit (ulimit -n)", EventName = "TooFewDescriptors")]
        public static partial void TooFewDescriptors(ILogger logger, string endpoint, int? limit, int reserve);

        [LoggerMessage(6, LogLevel.Warning, "Pool {Pool}: its size is {Size}, but the limit of {Limit} file descriptors (RLIMIT_NOFILE) leaves this process about {Capacity} connections; the rest will wait in the kernel's backlog. Raise the limit (ulimit -n) or lower the size", EventName = "SizeBeyondDescriptors")]
        public static partial void SizeBeyondDescriptors(ILogger logger, string pool, int size, int? limit, int capacity);

        [LoggerMessage(7, LogLevel.Warning, "Endpoint {Endpoint}: a backlog of {Backlog} was asked for, net.core.somaxconn caps it at {Somaxconn}", EventName = "BacklogCapped")]
        public static partial void BacklogCapped(ILogger logger, string endpoint, int backlog, int somaxconn);
    }
}
