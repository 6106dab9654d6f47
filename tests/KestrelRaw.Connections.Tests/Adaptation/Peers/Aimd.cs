namespace KestrelRaw.Connections.Tests.Adaptation.Peers;

/// <summary>Additive increase, multiplicative decrease: one more a window, a tenth less after a window slower than the timeout (5 s by default).</summary>
internal sealed class Aimd(int start, double timeout = 5, int maximum = 1000) : WindowedSize(start, maximum)
{
    protected override double Next(double latency, int inFlight) =>
        latency > timeout ? Math.Min(Estimate - 1, Math.Floor(Estimate * 0.9))
        : inFlight * 2 >= Estimate ? Estimate + 1
        : Estimate;
}
