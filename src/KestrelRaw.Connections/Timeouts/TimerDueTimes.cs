namespace KestrelRaw.Connections.Timeouts;

/// <summary>Due times on one timer of the <see cref="TimeProvider"/>; what is due runs on the timer's thread.</summary>
internal sealed class TimerDueTimes : DueTimes, IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly ITimer _timer;

    public TimerDueTimes(TimeProvider timeProvider)
        : base(timeProvider) =>
        _timer = timeProvider.CreateTimer(static state => ((TimerDueTimes)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    protected override void Arm(TimeSpan wait) => _timer.Change(MonotonicDelay.WholeMilliseconds(wait > Shortest ? wait : Shortest), Timeout.InfiniteTimeSpan);
}
