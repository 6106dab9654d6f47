using KestrelRaw.Connections.Tests.Adaptation.Simulation;

namespace KestrelRaw.Connections.Tests.Adaptation.Peers;

/// <summary>No adaptation.</summary>
internal sealed class FixedSize(int size) : ISizeAlgorithm
{
    public int Limit => size;

    public void Begin(TimeSpan now, int inUse)
    {
    }

    public void End(TimeSpan began, TimeSpan now)
    {
    }
}
