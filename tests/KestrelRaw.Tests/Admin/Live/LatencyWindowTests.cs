using KestrelRaw.Admin.Live;

namespace KestrelRaw.Tests.Admin.Live;

public sealed class LatencyWindowTests
{
    private readonly LatencyWindow _window = new();

    [Fact]
    public void GetPercentile_NothingRecorded_IsNull()
    {
        Advance(1);
        Assert.Null(_window.GetPercentile(50));
    }

    [Fact]
    public void GetPercentile_ThousandValues_AreWithinAThousandth()
    {
        for (int i = 1; i <= 1000; i++)
        {
            _window.Record(i / 1000.0);
        }

        Advance(1);
        Assert.InRange(_window.GetPercentile(50)!.Value, 0.5, 0.5005);
        Assert.InRange(_window.GetPercentile(99)!.Value, 0.99, 0.991);
    }

    [Fact]
    public void GetPercentile_SlowMinuteThenFastOne_ForgetsTheSlowOne()
    {
        for (int second = 1; second <= 60; second++)
        {
            _window.Record(2);
            Advance(second);
        }

        Assert.Equal(2, _window.GetPercentile(1)!.Value, 0.002);
        for (int second = 61; second <= 126; second++)
        {
            _window.Record(0.1);
            Advance(second);

            // A minute back there are still slow ones; after the slice that holds them has ended there are none.
            Assert.Equal(second < 125 ? 2 : 0.1, _window.GetPercentile(100)!.Value, 0.002);
        }

        Assert.Equal(0.1, _window.GetPercentile(99)!.Value, 0.001);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(70, false)]
    [InlineData(100_000, false)]
    public void Advance_AfterAGap_ForgetsWhatIsOlderThanTheWindow(int second, bool isKept)
    {
        _window.Record(1);
        Advance(1);
        Advance(second);
        Assert.Equal(isKept, _window.GetPercentile(50) is not null);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(1e9, 600)]
    [InlineData(double.PositiveInfinity, 600)]
    public void Record_OutOfRange_CountsAsTheNearestInRange(double recorded, double seen)
    {
        _window.Record(recorded);
        Advance(1);
        Assert.Equal(seen, _window.GetPercentile(50)!.Value, 0.6);
    }

    [Fact]
    public async Task Record_FromManyThreadsWhileItAdvances_LosesNothing()
    {
        const int Each = 50_000;
        Task[] writers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                _window.Record(0.5);
            }
        }))];
        Task all = Task.WhenAll(writers);
        while (!all.IsCompleted)
        {
            Advance(1);
        }

        await all;
        Advance(1);
        Assert.Equal(4 * Each, _window.Count);
    }

    [Fact]
    public void Record_Once_AllocatesNothing()
    {
        _window.Record(0.5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _window.Record(0.5);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Advance(int second) => _window.Advance(TimeSpan.FromSeconds(second));
}
