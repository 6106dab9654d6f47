using HdrHistogram;
using LoadClient.Kernel;
using LoadClient.Responses;

namespace LoadClient.Load;

/// <summary>Runs what the settings say, once.</summary>
internal sealed class LoadGenerator : IDisposable
{
    /// <summary>How often the loops' intervals are fetched and the progress is told.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>The loops are made and their threads run before the first connection is due.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    private readonly LoadSettings _settings;
    private readonly TimeProvider _timeProvider;
    private readonly ResponseJudge _judge;
    private readonly LoadLoop[] _loops;
    private readonly IntervalCollector _collector;
    private readonly RunStart _start;

    /// <param name="settings">What to run.</param>
    /// <param name="timeProvider">The calendar and the timer of the progress; the loops have the kernel's clock.</param>
    /// <param name="sinks">Get every interval while the run goes on.</param>
    /// <param name="createRecorder">Makes the recorder of one loop; null: requests are not recorded one by one.</param>
    public LoadGenerator(LoadSettings settings, TimeProvider timeProvider, IReadOnlyList<IIntervalSink> sinks, Func<IRequestRecorder>? createRecorder)
    {
        Rehearsal.Run(settings);
        DescriptorLimit.MakeRoom(settings.Connections);
        _settings = settings;
        _timeProvider = timeProvider;
        _judge = new ResponseJudge(settings.Expectation);
        int loops = Math.Min(settings.Threads, settings.Connections);
        _start = RunStart.In(Lead, timeProvider);
        IStartSchedule[] schedules = CreateSchedules(settings, _start.Timestamp, loops);
        _loops = [.. schedules.Select((schedule, loop) =>
            new LoadLoop(settings, schedule, _judge, Share(settings.Connections, loop, loops), _start, createRecorder?.Invoke()))];
        _collector = new IntervalCollector([.. _loops.Select(loop => loop.Feed)], _start, sinks);
    }

    /// <summary>Runs to the end, or until it is cancelled: then what was measured until then is the result.</summary>
    /// <param name="progress">Told four times a second.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    public async Task<RunResult> RunAsync(Action<RunProgress>? progress, CancellationToken cancellationToken)
    {
        TimeSpan processorTime = Environment.CpuUsage.TotalTime;
        Task all = Task.WhenAll([.. _loops.Select(RunOnThread)]);
        await using (cancellationToken.Register(Stop))
        {
            try
            {
                await FollowAsync(all, progress);
            }
            finally
            {
                // Whatever the progress has thrown: the loops' memory is freed after this, and they must have ended.
                Stop();
                await Task.WhenAny(all);
            }

            await all;
        }

        long end = MonotonicClock.Now;
        return Finish(end, Environment.CpuUsage.TotalTime - processorTime, cancellationToken.IsCancellationRequested);
    }

    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());

    private async Task FollowAsync(Task run, Action<RunProgress>? progress)
    {
        using var timer = new PeriodicTimer(Tick, _timeProvider);
        Task<bool> tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        while (await Task.WhenAny(run, tick) == tick)
        {
            _collector.CollectFull();
            progress?.Invoke(Look());
            tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        }
    }

    private static IStartSchedule[] CreateSchedules(LoadSettings settings, long start, int loops)
    {
        long? endOfStarts = settings.Duration is { } duration ? start + MonotonicClock.ToNanoseconds(duration) : null;
        if (settings.Rate is { } rate)
        {
            return [.. Enumerable.Range(0, loops).Select(loop => new OpenLoop(rate, settings.Requests, start, endOfStarts, loop, loops))];
        }

        var closedLoop = new ClosedLoop(settings.Requests, start, endOfStarts);
        return [.. Enumerable.Repeat(closedLoop, loops)];
    }

    private static int Share(int connections, int loop, int loops) => (connections / loops) + (loop < connections % loops ? 1 : 0);

    private Task RunOnThread(LoadLoop loop) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                loop.Run();
            }
            catch
            {
                // The others must not go on for the rest of a run that has failed.
                Stop();
                throw;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void Stop() => Array.ForEach(_loops, loop => loop.Stop());

    private RunProgress Look()
    {
        HistogramBase total = _collector.SoFar.Total;
        return new RunProgress(
            MonotonicClock.ToTimeSpan(MonotonicClock.Now - _start.Timestamp),
            _loops.Sum(loop => loop.Tally.Started),
            _loops.Sum(loop => loop.Tally.Ended),
            _loops.Sum(loop => loop.Tally.Failed),
            total.TotalCount == 0 ? null : TimeSpan.FromMicroseconds(total.GetValueAtPercentile(50)),
            total.TotalCount == 0 ? null : TimeSpan.FromMicroseconds(total.GetValueAtPercentile(99)));
    }

    private RunResult Finish(long stopped, TimeSpan processorTime, bool isStopped)
    {
        var tally = new Tally();
        Array.ForEach(_loops, loop => tally.Add(loop.Tally));

        // Of a run that was stopped, the connections under way count for the time too.
        long end = tally.Started > tally.Ended || tally.LastEnd == 0 ? stopped : tally.LastEnd;
        TimeSpan taken = MonotonicClock.ToTimeSpan(Math.Max(0, end - _start.Timestamp));
        _collector.CollectRest(taken);
        return new RunResult
        {
            Settings = _settings,
            Start = _start,
            TimeTaken = taken,
            IsPartial = isStopped && (tally.Started > tally.Ended || tally.Ended < _settings.Requests || taken < _settings.Duration),
            Tally = tally,
            Timeline = _collector.Timeline,
            ReferenceBytes = _judge.Reference,
            ServerSoftware = _loops.Select(loop => loop.ServerSoftware).FirstOrDefault(software => software.Length > 0, ""),
            ProcessorTime = processorTime,
            BusiestLoop = _loops.Max(loop => loop.BusyShare),
        };
    }
}
