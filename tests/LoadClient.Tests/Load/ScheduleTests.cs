using LoadClient.Kernel;
using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class ScheduleTests
{
    private const long Start = 1_000_000;
    private const long Never = IStartSchedule.Never;

    [Fact]
    public void ClosedLoop_BeforeItsStart_IsDueAtTheStartAndThenAtOnce()
    {
        var loop = new ClosedLoop(requests: 2, Start, endOfStarts: null);

        Assert.Equal(Start, loop.NextDue(Start - 5));
        Assert.Equal(Start + 7, loop.NextDue(Start + 7));
        Assert.True(loop.TryTake(Start + 7, out long intended));
        Assert.Equal(Start + 7, intended);
    }

    [Fact]
    public void ClosedLoop_AllAreTaken_NeverIsDueAgain()
    {
        var loop = new ClosedLoop(requests: 2, Start, endOfStarts: null);
        Assert.True(loop.TryTake(Start, out _));
        Assert.True(loop.TryTake(Start, out _));

        Assert.Equal(Never, loop.NextDue(Start));
        Assert.False(loop.TryTake(Start, out _));
    }

    [Fact]
    public void ClosedLoop_TimeIsOver_NeverIsDueAgain()
    {
        var loop = new ClosedLoop(requests: null, Start, Start + 100);
        Assert.True(loop.TryTake(Start + 99, out _));

        Assert.Equal(Never, loop.NextDue(Start + 100));
        Assert.False(loop.TryTake(Start + 100, out _));
    }

    [Fact]
    public async Task ClosedLoop_SeveralThreads_TakeExactlyAll()
    {
        var loop = new ClosedLoop(requests: 100_000, Start, endOfStarts: null);

        int[] taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            int count = 0;
            while (loop.TryTake(Start, out long _))
            {
                count++;
            }

            return count;
        })));

        Assert.Equal(100_000, taken.Sum());
    }

    [Theory]
    [InlineData(1, 3.0)]
    [InlineData(4, 3.0)]
    [InlineData(3, 1000.0)]
    public void OpenLoop_AllLoopsTogether_HaveEachStartOnceAndEvenlySpaced(int loops, double rate)
    {
        const int Requests = 1001;
        OpenLoop[] all = [.. Enumerable.Range(0, loops).Select(loop => new OpenLoop(rate, Requests, Start, endOfStarts: null, loop, loops))];

        long[] starts = [.. all.SelectMany(Take).Order()];

        // The last is exact to the nanosecond, as the first: rounding does not add up.
        Assert.Equal(Requests, starts.Length);
        Assert.All(starts, (start, i) => Assert.Equal(Start + (i * MonotonicClock.Second / rate), start, 1.0));
    }

    [Fact]
    public void OpenLoop_TimeIsOver_HasTheStartsBeforeIt()
    {
        var loop = new OpenLoop(rate: 10, requests: null, Start, Start + MonotonicClock.Second, loop: 0, loops: 1);

        Assert.Equal(10, Take(loop).Count);
        Assert.Equal(Never, loop.NextDue(Start));
    }

    [Fact]
    public void OpenLoop_TakenLate_IntendsTheEvenStartAndIsOverdueForTheNext()
    {
        var loop = new OpenLoop(rate: 10, requests: null, Start, endOfStarts: null, loop: 0, loops: 1);
        long late = Start + (5 * MonotonicClock.Second);

        Assert.True(loop.TryTake(late, out long first));
        Assert.Equal(Start, first);
        Assert.Equal(Start + (MonotonicClock.Second / 10), loop.NextDue(late));
    }

    private static List<long> Take(OpenLoop loop)
    {
        var starts = new List<long>();
        while (loop.NextDue(0) != Never)
        {
            Assert.True(loop.TryTake(0, out long start));
            starts.Add(start);
        }

        Assert.False(loop.TryTake(0, out _));
        return starts;
    }
}
