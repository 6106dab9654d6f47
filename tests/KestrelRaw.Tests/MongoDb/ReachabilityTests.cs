using KestrelRaw.Work.MongoDb;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.MongoDb;

public sealed class ReachabilityTests : IDisposable
{
    private static readonly TimeSpan Blink = Reachability.Grace - TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _told = [];
    private readonly Reachability _reachability;

    public ReachabilityTests() => _reachability = new Reachability(() => _told.Add("reached"), reason => _told.Add(reason), _clock);

    [Fact]
    public void Start_NotYetSeen_IsAFaultThatIsToldOnce()
    {
        Assert.NotNull(_reachability.Fault);
        Assert.Empty(_told);
        _reachability.Update(isSeen: false, "refused");
        _clock.Advance(Reachability.Grace);
        _reachability.Update(isSeen: false, "refused");
        _clock.Advance(Reachability.Grace * 10);
        Assert.Equal("refused", _reachability.Fault);
        Assert.Equal(["refused"], _told);
    }

    [Fact]
    public void Start_FirstHeartbeatTakesLong_IsNoLoss()
    {
        _clock.Advance(Reachability.FirstGrace - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_told);
        _reachability.Update(isSeen: true, null);
        _clock.Advance(Reachability.FirstGrace);
        Assert.Equal(["reached"], _told);
    }

    [Fact]
    public void Start_NoHeartbeatAtAll_IsTold()
    {
        _clock.Advance(Reachability.FirstGrace);
        Assert.Single(_told);
        Assert.NotNull(_reachability.Fault);
    }

    [Fact]
    public void Seen_ForTheFirstTimeOrAgain_IsToldOnceAndNoFault()
    {
        _reachability.Update(isSeen: true, null);
        _reachability.Update(isSeen: true, null);
        Assert.Null(_reachability.Fault);
        _reachability.Update(isSeen: false, "refused");
        _clock.Advance(Reachability.Grace);
        Assert.Equal("refused", _reachability.Fault);
        _reachability.Update(isSeen: true, null);
        Assert.Null(_reachability.Fault);
        Assert.Equal(["reached", "refused", "reached"], _told);
    }

    [Fact]
    public void Lost_ShorterThanTheGrace_IsNeitherFaultNorTold()
    {
        _reachability.Update(isSeen: true, null);
        for (int i = 0; i < 10; i++)
        {
            _reachability.Update(isSeen: false, "reset");
            _clock.Advance(Blink);
            Assert.Null(_reachability.Fault);
            _reachability.Update(isSeen: true, null);
            _clock.Advance(Blink);
        }

        Assert.Equal(["reached"], _told);
    }

    [Fact]
    public void Lost_TheReasonComesLater_IsTheOneThatIsTold()
    {
        _reachability.Update(isSeen: true, null);
        _reachability.Update(isSeen: false, null);
        _reachability.Update(isSeen: false, "refused");
        _clock.Advance(Reachability.Grace);
        Assert.Equal("refused", _reachability.Fault);
    }

    [Fact]
    public void Lost_AnotherTimeWithoutAReason_DoesNotShowTheFormerOne()
    {
        _reachability.Update(isSeen: false, "refused");
        _reachability.Update(isSeen: true, null);
        _reachability.Update(isSeen: false, null);
        _clock.Advance(Reachability.Grace);
        Assert.Equal("no heartbeat is answered", _reachability.Fault);
    }

    public void Dispose() => _reachability.Dispose();
}
