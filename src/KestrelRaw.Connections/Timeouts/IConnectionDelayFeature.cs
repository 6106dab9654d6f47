using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Timeouts;

/// <summary>Waiting as a part of a connection's work, cheaper than <c>Task.Delay</c> where many connections wait.</summary>
public interface IConnectionDelayFeature
{
    /// <summary>
    /// Waits until at least <paramref name="delay"/> has passed on the monotonic clock; a loop of the epoll transport
    /// wakes once a millisecond for all its connections. One wait at a time.
    /// </summary>
    /// <param name="delay">Zero or less returns at once.</param>
    /// <exception cref="OperationCanceledException">The connection was ended, which cancelled <see cref="IConnectionOutcomeFeature.Ended"/>.</exception>
    /// <exception cref="InvalidOperationException">A wait of this connection is under way.</exception>
    ValueTask DelayAsync(TimeSpan delay);
}
