using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

/// <summary>Due times over random histories, beside a dictionary that says when each entry is due. A failure names its seed.</summary>
public sealed class DueTimesModelTests
{
    private const int Entries = 40;
    private const int Steps = 20_000;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomHistory_WholeMilliseconds_EachIsDueExactlyWhenTheModelSays(int seed)
    {
        var random = new Random(seed);
        var clock = new FakeTimeProvider();
        using var dueTimes = new TimerDueTimes(clock);
        long start = clock.GetTimestamp();
        var model = new Dictionary<DueTimeEntry, TimeSpan>();
        var fired = new List<(DueTimeEntry Entry, TimeSpan At)>();
        var entries = new TestEntry[Entries];
        TimeSpan Now() => clock.GetElapsedTime(start);

        void OnDue(TestEntry entry)
        {
            fired.Add((entry, Now()));
            Assert.True(model.Remove(entry, out TimeSpan due), $"seed {seed}: due at {Now()}, without a wait");
            Assert.True(due == Now(), $"seed {seed}: due at {Now()} and not at {due}");
            if (random.Next(4) == 0)
            {
                Add(entries[random.Next(Entries)]);
            }
        }

        void Add(TestEntry entry)
        {
            // Few lengths and many entries, as connections have them; at times one of its own.
            TimeSpan wait = Millisecond * (random.Next(5) == 0 ? random.Next(1, 1_000) : 1 << random.Next(8));
            dueTimes.Add(entry, wait);
            model[entry] = Now() + wait;
        }

        for (int i = 0; i < Entries; i++)
        {
            entries[i] = new TestEntry(OnDue);
        }

        for (int step = 0; step < Steps; step++)
        {
            TestEntry entry = entries[random.Next(Entries)];
            switch (random.Next(5))
            {
                case < 2:
                    Add(entry);
                    break;
                case 2:
                    Assert.True(model.Remove(entry) == dueTimes.Remove(entry), $"seed {seed}, step {step}: Remove");
                    break;
                default:
                    for (int milliseconds = random.Next(1, 20); milliseconds > 0; milliseconds--)
                    {
                        clock.Advance(Millisecond);
                    }

                    Assert.True(model.Values.All(due => due > Now()), $"seed {seed}, step {step}: one is late");
                    break;
            }
        }

        Assert.True(fired.Count > Steps / 10);
        while (model.Count > 0 && Now() < TimeSpan.FromHours(1))
        {
            clock.Advance(Millisecond);
        }

        Assert.Empty(model);
        Assert.Null(dueTimes.RunDue());
    }
}
