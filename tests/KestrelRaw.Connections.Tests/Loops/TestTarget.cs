using KestrelRaw.Connections.Loops;

namespace KestrelRaw.Connections.Tests.Loops;

/// <summary>Runs what the test gives it.</summary>
internal sealed class TestTarget(Action<uint> onEvents) : ILoopTarget
{
    public void OnEvents(uint events) => onEvents(events);

    public override string ToString() => "the test's target";
}
