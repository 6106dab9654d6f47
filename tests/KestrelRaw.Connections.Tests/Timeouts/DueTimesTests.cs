using System.Runtime.CompilerServices;
using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

public sealed class DueTimesTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly TimerDueTimes _dueTimes;
    private readonly List<(string Name, TimeSpan At)> _due = [];
    private readonly long _start;

    public DueTimesTests()
    {
        _dueTimes = new TimerDueTimes(_clock);
        _start = _clock.GetTimestamp();
    }

    public void Dispose() => _dueTimes.Dispose();

    [Fact]
    public void Add_DifferentWaits_AreDueInOrderOfTimeAndNotOfAdding()
    {
        Add("c", 3 * Second);
        Add("a", Second);
        Add("b", 2 * Second);
        Advance(Second);
        Add("late", 0.5 * Second);
        Advance(10 * Second);
        Assert.Equal([("a", Second), ("late", 1.5 * Second), ("b", 2 * Second), ("c", 3 * Second)], _due);
    }

    /// <summary>The list of the longer wait is the older one.</summary>
    [Fact]
    public void RunDue_ProcessWasHeldUp_IsStillInOrderOfTime()
    {
        var clock = new HeldUpClock();
        using var dueTimes = new TimerDueTimes(clock);
        var due = new List<string>();
        dueTimes.Add(new TestEntry(_ => due.Add("timeout")), 2 * Second);
        dueTimes.Add(new TestEntry(_ => due.Add("wait")), Second);
        clock.Held = 5 * Second;
        clock.Advance(Second);
        Assert.Equal(["wait", "timeout"], due);
    }

    [Fact]
    public void Add_EqualWaits_AreDueInOrderOfAdding()
    {
        for (int i = 0; i < 100; i++)
        {
            Add(i.ToString("000"), Second);
        }

        _clock.Advance(Second);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i.ToString("000")), Names());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9_999)]
    [InlineData(10_001)]
    [InlineData(5_004_999)]
    public void Add_FractionsOfAMillisecond_IsNeverEarlyAndNotAMillisecondLate(long ticks)
    {
        TimeSpan wait = Tick * ticks;
        Add("a", wait);
        _clock.Advance(wait - Tick);
        Assert.Empty(_due);
        _clock.Advance(TimeSpan.FromMilliseconds(1) + Tick);
        Assert.InRange(Assert.Single(_due).At, wait, wait + TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Add_ZeroOrLess_IsDueAtTheNextTurnOfTheTimer(int seconds)
    {
        Add("a", seconds * Second);
        Assert.Empty(_due);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Add_EntryThatWaits_CountsTheNewTimeOnly()
    {
        TestEntry later = Add("later", Second);
        TestEntry sooner = Add("sooner", 5 * Second);
        _clock.Advance(0.5 * Second);
        _dueTimes.Add(later, 4 * Second);
        _dueTimes.Add(sooner, Second);
        Advance(10 * Second);
        Assert.Equal([("sooner", 1.5 * Second), ("later", 4.5 * Second)], _due);
    }

    [Fact]
    public void Add_EntryOfTheSameWaitAgain_GoesBehindTheOthers()
    {
        TestEntry first = Add("first", Second);
        Add("second", Second);
        _dueTimes.Add(first, Second);
        _clock.Advance(Second);
        Assert.Equal(["second", "first"], Names());
    }

    [Fact]
    public void Add_EarlierThanAllOthers_WakesTheTimerEarlier()
    {
        Add("hour", TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Add("second", Second);
        _clock.Advance(Second);
        Assert.Equal(["second"], Names());
    }

    [Fact]
    public void Add_WithinOnDue_IsAWaitOfItsOwn()
    {
        int left = 3;
        var again = new TestEntry(entry =>
        {
            Note("again");
            if (--left > 0)
            {
                _dueTimes.Add(entry, Second);
                Add("other", 0.25 * Second);
            }
        });
        _dueTimes.Add(again, Second);
        Advance(10 * Second);
        Assert.Equal([("again", Second), ("other", 1.25 * Second), ("again", 2 * Second), ("other", 2.25 * Second), ("again", 3 * Second)], _due);
        Assert.False(_dueTimes.Remove(again));
    }

    [Fact]
    public void Add_AfterAllWereDue_WakesTheTimerAgain()
    {
        TestEntry entry = Add("a", Second);
        Advance(5 * Second);
        _dueTimes.Add(entry, Second);
        Advance(Second);
        Assert.Equal([("a", Second), ("a", 6 * Second)], _due);
    }

    [Fact]
    public void Remove_FirstMiddleAndLastOfAList_LeavesTheOthers()
    {
        TestEntry[] entries = [.. Enumerable.Range(0, 5).Select(i => Add(i.ToString(), Second))];
        Assert.True(_dueTimes.Remove(entries[2]));
        Assert.True(_dueTimes.Remove(entries[0]));
        Assert.True(_dueTimes.Remove(entries[4]));
        Add("5", Second);
        _clock.Advance(Second);
        Assert.Equal(["1", "3", "5"], Names());
    }

    [Fact]
    public void Remove_NotWaiting_IsFalse()
    {
        TestEntry entry = Add("a", Second);
        Assert.True(_dueTimes.Remove(entry));
        Assert.False(_dueTimes.Remove(entry));
        _dueTimes.Add(entry, Second);
        _clock.Advance(Second);
        Assert.False(_dueTimes.Remove(entry));
        Assert.False(_dueTimes.Remove(new TestEntry(static _ => { })));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Remove_OfOneThatIsDueTooWithinOnDue_KeepsItFromRunning()
    {
        TestEntry second = new(_ => Note("second"));
        _dueTimes.Add(new TestEntry(_ => Assert.True(_dueTimes.Remove(second))), Second);
        _dueTimes.Add(second, Second);
        _clock.Advance(Second);
        Assert.Empty(_due);
    }

    [Fact]
    public void OnTaken_Due_ComesBeforeOnDueWhenTheWaitIsOver()
    {
        var entry = new TakenEntry(_dueTimes);
        _dueTimes.Add(entry, Second);
        _clock.Advance(Second);
        Assert.Equal([("taken", false), ("due", false)], entry.Calls);
    }

    [Fact]
    public void RunDue_NobodyWaits_IsNull()
    {
        Assert.Null(_dueTimes.RunDue());
        TestEntry entry = Add("a", Second);
        Assert.Equal(Second, _dueTimes.RunDue());
        _dueTimes.Remove(entry);
        Assert.Null(_dueTimes.RunDue());
    }

    [Fact]
    public void RunDue_ListsThatNobodyIsIn_AreForgotten()
    {
        for (int i = 1; i <= 100; i++)
        {
            Add("a", TimeSpan.FromMilliseconds(i));
        }

        Add("stays", TimeSpan.FromMinutes(1));
        _clock.Advance(Second);
        Assert.Equal(100, _due.Count);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(ListsOf(_dueTimes)).Wait);
    }

    private TestEntry Add(string name, TimeSpan wait)
    {
        var entry = new TestEntry(_ => Note(name));
        _dueTimes.Add(entry, wait);
        return entry;
    }

    /// <summary>In small steps: a fake clock that is advanced is at its new time before its first timer runs.</summary>
    private void Advance(TimeSpan time)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(1);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _clock.Advance(step);
        }
    }

    private void Note(string name) => _due.Add((name, _clock.GetElapsedTime(_start)));

    private IEnumerable<string> Names() => _due.Select(due => due.Name);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lists")]
    private static extern ref List<DueTimeList> ListsOf(DueTimes dueTimes);

    private sealed class TakenEntry(DueTimes dueTimes) : DueTimeEntry
    {
        public List<(string What, bool Waits)> Calls { get; } = [];

        public override void OnTaken() => Calls.Add(("taken", dueTimes.Remove(this)));

        public override void OnDue() => Calls.Add(("due", dueTimes.Remove(this)));
    }

    [Fact]
    public void RunDue_OneThrows_TheNextIsArmedForAllTheSame()
    {
        var clock = new FakeTimeProvider();
        var due = new DueTimesWithoutTimer(clock);
        bool hasOther = false;
        due.Add(new TestEntry(_ => throw new InvalidOperationException("callback")), TimeSpan.FromSeconds(1));
        due.Add(new TestEntry(_ => hasOther = true), TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Throws<InvalidOperationException>(() => due.RunDue());
        Assert.Equal(TimeSpan.FromSeconds(2), due.Armed);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(due.RunDue());
        Assert.True(hasOther);
    }

    [Fact]
    public void Add_LongestWaitThereIs_Waits()
    {
        var clock = new FakeTimeProvider();
        using var due = new TimerDueTimes(clock);
        var entry = new TestEntry(static _ => { });
        due.Add(entry, TimeSpan.MaxValue);
        clock.Advance(TimeSpan.FromDays(100));
        Assert.True(due.Remove(entry));
    }

    private sealed class DueTimesWithoutTimer(TimeProvider timeProvider) : DueTimes(timeProvider)
    {
        public TimeSpan? Armed { get; private set; }

        protected override void Arm(TimeSpan wait) => Armed = wait;
    }
}
