using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Loops;

namespace KestrelRaw.Connections.Tests.Loops;

/// <summary>With numbers of the test's own: no descriptor is opened or closed.</summary>
public sealed class LoopTargetsTests
{
    private readonly LoopTargets _targets = new();
    private readonly TestTarget _first = new(static _ => { });
    private readonly TestTarget _second = new(static _ => { });

    [Fact]
    public void Find_Watched_IsItsTarget()
    {
        long first = Add(7, _first);
        long second = Add(8, _second);
        Assert.Same(_first, _targets.Find(first));
        Assert.Same(_second, _targets.Find(second));
    }

    [Fact]
    public void Find_Removed_IsNull()
    {
        long key = Add(7, _first);
        _targets.Remove(key);
        Assert.Null(_targets.Find(key));
    }

    [Fact]
    public void Find_OldKeyOfANumberThatIsGivenAgain_IsNull()
    {
        long old = Add(7, _first);
        _targets.Remove(old);
        long now = Add(7, _second);
        Assert.NotEqual(old, now);
        Assert.Null(_targets.Find(old));
        Assert.Same(_second, _targets.Find(now));
    }

    [Fact]
    public void Remove_OldKeyAfterTheNumberIsGivenAgain_LeavesTheNewWatch()
    {
        long old = Add(7, _first);
        long now = Add(7, _second);
        _targets.Remove(old);
        Assert.Same(_second, _targets.Find(now));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(100_000)]
    public void Add_HighNumbers_KeepsTheLowOnes(int number)
    {
        long low = Add(0, _first);
        long high = Add(number, _second);
        Assert.Same(_first, _targets.Find(low));
        Assert.Same(_second, _targets.Find(high));
    }

    private long Add(int number, ILoopTarget target)
    {
        var descriptor = new SocketDescriptor(number);
        long key = _targets.Add(descriptor, target);

        // The number is not the test's to close.
        descriptor.SetHandleAsInvalid();
        return key;
    }
}
