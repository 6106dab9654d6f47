using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using KestrelRaw.Connections.Timeouts;

namespace KestrelRaw.Benchmarks;

/// <summary>
/// The wait of one connection while 10,000 others wait, as <c>IConnectionDelayFeature</c> does it and with what .NET has.
/// Cancel is a wait that is begun and ended early; Finish one whose time comes.
/// </summary>
/// <remarks>
/// Finish begins 100,000 waits of 1 ms one after the other and is over when the last has ended: beginning goes on on one
/// thread, ending on others, and the millisecond itself is 10 ns of a row. What waits goes on on the thread that ended
/// the wait, in all three.
/// </remarks>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class WaitingBenchmarks
{
    private const int Others = 10_000;
    private const int Waits = 100_000;

    // Longer than any of it takes: the others are there, and do nothing.
    private static readonly TimeSpan OthersWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan Cancelled = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Finished = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly TimerDueTimes _dueTimes = new(TimeProvider.System);
    private readonly ManualResetEventSlim _allFinished = new();
    private readonly Action _onFinished;
    private readonly TimerCallback _onTimer;
    private object[] _others = [];
    private int _left;

    public WaitingBenchmarks()
    {
        _onFinished = OnFinished;
        _onTimer = OnTimer;
    }

    [GlobalSetup(Targets = [nameof(TaskDelayCancel), nameof(TaskDelayFinish)])]
    public void BeginOtherTasks() => BeginOthers(static _ => Task.Delay(OthersWait, new CancellationTokenSource().Token));

    [GlobalSetup(Targets = [nameof(TimerCancel), nameof(TimerFinish)])]
    public void BeginOtherTimers() => BeginOthers(static _ => new Timer(Fail, null, OthersWait, Timeout.InfiniteTimeSpan));

    [GlobalSetup(Targets = [nameof(ConnectionDelayCancel), nameof(ConnectionDelayFinish)])]
    public void BeginOtherDelays() => BeginOthers(_ =>
    {
        var delay = new ConnectionDelay(this, _dueTimes, continueInline: true);
        Check.That(!delay.StartAsync(OthersWait).IsCompleted, "Another's wait has ended.");
        return delay;
    });

    // A source of its own for each: it stands for one connection, which may end while the rest goes on.
    [BenchmarkCategory("Cancel")]
    [Benchmark(Baseline = true)]
    public void TaskDelayCancel()
    {
        using var end = new CancellationTokenSource();
        Task wait = Task.Delay(Cancelled, end.Token);
        end.Cancel();
        Check.That(wait.IsCanceled, "The wait was not cancelled.");
    }

    [BenchmarkCategory("Cancel")]
    [Benchmark]
    public void TimerCancel()
    {
        var timer = new Timer(Fail, null, Cancelled, Timeout.InfiniteTimeSpan);
        timer.Dispose();
    }

    [BenchmarkCategory("Cancel")]
    [Benchmark]
    public void ConnectionDelayCancel()
    {
        var delay = new ConnectionDelay(this, _dueTimes, continueInline: true);
        ValueTask wait = delay.StartAsync(Cancelled);
        delay.Cancel();
        Check.That(wait.IsCanceled, "The wait was not cancelled.");
    }

    [BenchmarkCategory("Finish")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Waits)]
    public void TaskDelayFinish() => FinishAll(static benchmarks =>
    {
        var end = new CancellationTokenSource();
        Task.Delay(Finished, end.Token).GetAwaiter().UnsafeOnCompleted(benchmarks._onFinished);
    });

    [BenchmarkCategory("Finish")]
    [Benchmark(OperationsPerInvoke = Waits)]
    public void TimerFinish() => FinishAll(static benchmarks => new Timer(benchmarks._onTimer).Change(Finished, Timeout.InfiniteTimeSpan));

    [BenchmarkCategory("Finish")]
    [Benchmark(OperationsPerInvoke = Waits)]
    public void ConnectionDelayFinish() => FinishAll(static benchmarks =>
    {
        var delay = new ConnectionDelay(benchmarks, benchmarks._dueTimes, continueInline: true);
        delay.StartAsync(Finished).GetAwaiter().UnsafeOnCompleted(benchmarks._onFinished);
    });

    [GlobalCleanup]
    public void VerifyOthers() => Check.That(_others.Length == Others && !_others.OfType<Task>().Any(other => other.IsCompleted), "Another's wait has ended.");

    private static void Fail(object? state) => throw new InvalidOperationException("A timer went off that was to be disposed, or has an hour.");

    private void BeginOthers(Func<int, object> begin) => _others = [.. Enumerable.Range(0, Others).Select(begin)];

    private void FinishAll(Action<WaitingBenchmarks> begin)
    {
        _left = Waits;
        _allFinished.Reset();
        for (int i = 0; i < Waits; i++)
        {
            begin(this);
        }

        Check.That(_allFinished.Wait(Hang), "A wait does not end.");
    }

    private void OnTimer(object? timer)
    {
        ((Timer)timer!).Dispose();
        OnFinished();
    }

    private void OnFinished()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _allFinished.Set();
        }
    }
}
