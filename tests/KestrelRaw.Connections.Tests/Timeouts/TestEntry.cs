using KestrelRaw.Connections.Timeouts;

namespace KestrelRaw.Connections.Tests.Timeouts;

/// <summary>Tells the test that it is due.</summary>
internal sealed class TestEntry(Action<TestEntry> onDue) : DueTimeEntry
{
    public override void OnDue() => onDue(this);
}
