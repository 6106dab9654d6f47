using BenchmarkDotNet.Attributes;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;

namespace KestrelRaw.Benchmarks;

/// <summary>The timeouts of one connection's four phases, the server's defaults, each of which ends in time.</summary>
[MemoryDiagnoser]
public class PhasesBenchmarks
{
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Send = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly TimedConnection _connection = new();

    [Benchmark(Baseline = true)]
    public void TimerChange()
    {
        using var timer = new Timer(_connection.OnTimer, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(FirstByte, Timeout.InfiniteTimeSpan);
        timer.Change(Work, Timeout.InfiniteTimeSpan);
        timer.Change(Send, Timeout.InfiniteTimeSpan);
        timer.Change(Linger, Timeout.InfiniteTimeSpan);
    }

    [Benchmark]
    public void CancelAfter()
    {
        using var source = new CancellationTokenSource();
        using CancellationTokenRegistration registration = source.Token.UnsafeRegister(_connection.OnTimer, null);
        source.CancelAfter(FirstByte);
        source.CancelAfter(Work);
        source.CancelAfter(Send);
        source.CancelAfter(Linger);
    }

    [Benchmark]
    public void PhaseTimerStart()
    {
        using var timer = new PhaseTimer(_connection, TimeProvider.System);
        timer.Start(FirstByte, ConnectionOutcome.FirstByteTimeout);
        timer.Start(Work, ConnectionOutcome.WorkTimeout);
        timer.Start(Send, ConnectionOutcome.SendTimeout);
        timer.Start(Linger, ConnectionOutcome.Completed);
    }

    [GlobalCleanup]
    public void Verify()
    {
        Check.That(_connection.Outcome is null, "A phase that was over in time ended the connection.");
        using var timer = new PhaseTimer(_connection, TimeProvider.System);
        timer.Start(TimeSpan.FromMilliseconds(1), ConnectionOutcome.WorkTimeout);
        Check.That(_connection.HasEnded.Wait(Hang) && _connection.Outcome == ConnectionOutcome.WorkTimeout, "A phase that took too long did not end the connection.");
    }

    /// <summary>As much of a connection as a timer needs. Its due times are shared, as those of all connections of a process are.</summary>
    private sealed class TimedConnection : IConnectionOutcomeFeature, IHasDueTimes
    {
        public DueTimes DueTimes { get; } = new TimerDueTimes(TimeProvider.System);

        public bool HasNewsFor(ConnectionOutcome missed) => false;

        public ManualResetEventSlim HasEnded { get; } = new();

        public ConnectionOutcome? Outcome { get; private set; }

        public CancellationToken Ended => CancellationToken.None;

        public long BytesReceived { get; set; }

        public long BytesSent { get; set; }

        public void OnTimer(object? _) => EndAs(ConnectionOutcome.Error);

        public bool TrySetOutcome(ConnectionOutcome outcome)
        {
            Outcome ??= outcome;
            return Outcome == outcome;
        }

        public bool TryEndOnReset() => false;

        public void EndAs(ConnectionOutcome outcome)
        {
            TrySetOutcome(outcome);
            HasEnded.Set();
        }
    }
}
