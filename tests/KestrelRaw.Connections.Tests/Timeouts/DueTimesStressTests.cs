using System.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Timeouts;

public sealed class DueTimesStressTests
{
    private const int Threads = 4;
    private const int WaitsOfEach = 30_000;

    /// <summary>Each thread has entries of its own, so it knows of each wait whether it was left; the timer's thread ends the others.</summary>
    [Fact]
    public async Task ManyThreads_RealClock_EachWaitIsEitherLeftOrDueOnceAndNeverEarly()
    {
        using var dueTimes = new TimerDueTimes(TimeProvider.System);
        Run[] runs = [.. Enumerable.Range(0, Threads).Select(thread => new Run(dueTimes, thread))];
        await Task.WhenAll(runs.Select(run => Task.Factory.StartNew(run.Go, TaskCreationOptions.LongRunning))).OrHang();
        await Task.WhenAll(runs.Select(run => run.AllEnded)).OrHang();
        Assert.Equal(0, runs.Sum(run => run.Early));
        Assert.Equal(0, runs.Sum(run => run.DueWithoutWait));
        Assert.Equal(Threads * WaitsOfEach, runs.Sum(run => run.Left + run.Due));
        Assert.True(runs.Sum(run => run.Left) > 0 && runs.Sum(run => run.Due) > 0);
        Assert.Null(dueTimes.RunDue());
    }

    private sealed class Run(DueTimes dueTimes, int seed)
    {
        private const int EntriesOfEach = 64;

        private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _due;
        private int _early;
        private int _dueWithoutWait;
        private int _ended;

        public int Left { get; private set; }

        public int Due => Volatile.Read(ref _due);

        public int Early => Volatile.Read(ref _early);

        public int DueWithoutWait => Volatile.Read(ref _dueWithoutWait);

        public Task AllEnded => _allEnded.Task;

        public void Go()
        {
            var random = new Random(seed);
            Entry[] entries = [.. Enumerable.Range(0, EntriesOfEach).Select(_ => new Entry(this))];
            for (int begun = 0; begun < WaitsOfEach;)
            {
                Entry entry = entries[random.Next(EntriesOfEach)];
                if (entry.IsWaiting)
                {
                    Leave(entry);
                }
                else
                {
                    entry.Begin(dueTimes, TimeSpan.FromMicroseconds(random.Next(1, 4) * 700));
                    begun++;
                }
            }
        }

        private void Leave(Entry entry)
        {
            if (dueTimes.Remove(entry))
            {
                entry.IsWaiting = false;
                Left++;
                CountEnd();
            }
        }

        private void OnDue(Entry entry)
        {
            if (Stopwatch.GetTimestamp() < entry.NotBefore)
            {
                Interlocked.Increment(ref _early);
            }

            if (!entry.IsWaiting)
            {
                Interlocked.Increment(ref _dueWithoutWait);
            }

            Interlocked.Increment(ref _due);
            entry.IsWaiting = false;
            CountEnd();
        }

        private void CountEnd()
        {
            if (Interlocked.Increment(ref _ended) == WaitsOfEach)
            {
                _allEnded.SetResult();
            }
        }

        private sealed class Entry(Run run) : DueTimeEntry
        {
            private volatile bool _isWaiting;

            public bool IsWaiting
            {
                get => _isWaiting;
                set => _isWaiting = value;
            }

            public long NotBefore { get; private set; }

            public void Begin(DueTimes dueTimes, TimeSpan wait)
            {
                NotBefore = Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency);
                _isWaiting = true;
                dueTimes.Add(this, wait);
            }

            public override void OnDue() => run.OnDue(this);
        }
    }
}
