namespace KestrelRaw.Connections.Timeouts;

/// <summary>Due times on one timer of the <see cref="TimeProvider"/>; what is due runs on the timer's thread.</summary>
internal sealed class TimerDueTimes : DueTimes, IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Timers take no more than 49 days; looking once a day is no burden.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ITimer _timer;

    public TimerDueTimes(TimeProvider timeProvider)
        : base(timeProvider) =>
        _timer = timeProvider.CreateTimer(static state => ((TimerDueTimes)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    protected override void Arm(TimeSpan wait) => _timer.Change(
        wait < Shortest ? Shortest : wait > Longest ? Longest : MonotonicDelay.WholeMilliseconds(wait), Timeout.InfiniteTimeSpan);
}
