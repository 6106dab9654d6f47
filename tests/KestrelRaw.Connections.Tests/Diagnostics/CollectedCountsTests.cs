using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Diagnostics;

public sealed class CollectedCountsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionCounters _counters = new();
    private readonly CollectedCounts _counts;

    public CollectedCountsTests() => _counts = new CollectedCounts(() => [new EndpointCounts("a", _counters.Snapshot())], _clock);

    [Fact]
    public void For_InstrumentsOfOneCollection_SeeTheSameCounts()
    {
        Assert.Equal(0, Accepted("accepted"));
        _counters.CountAccepted();
        Assert.Equal(0, Accepted("active"));
        Assert.Equal(0, Accepted("finished"));
    }

    [Fact]
    public void For_AskedAgain_BeginsTheNextCollection()
    {
        Assert.Equal(0, Accepted("accepted"));
        _counters.CountAccepted();
        Assert.Equal(1, Accepted("accepted"));
        _counters.CountAccepted();
        Assert.Equal(1, Accepted("active"));
        Assert.Equal(2, Accepted("active"));
    }

    [Fact]
    public void For_LongAfterTheOthers_BeginsTheNextCollection()
    {
        Assert.Equal(0, Accepted("accepted"));
        _counters.CountAccepted();
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(1, Accepted("active"));
    }

    [Fact]
    public void For_OtherThread_IsAnotherCollection()
    {
        Assert.Equal(0, Accepted("accepted"));
        _counters.CountAccepted();
        long other = -1;
        var thread = new Thread(() => other = Accepted("active"));
        thread.Start();
        thread.Join();
        Assert.Equal(1, other);
        Assert.Equal(0, Accepted("active"));
    }

    private long Accepted(string instrument) => Assert.Single(_counts.For(instrument)).Counts.Accepted;
}
