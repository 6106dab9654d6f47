namespace KestrelRaw.Connections.Tests.Adaptation.Peers;

/// <summary>
/// TCP Vegas: as much as waits in the back end, size x (1 - least latency / latency), is kept between 3 and 6 times log10
/// of the size. The least latency is whatever latency there is once in about 30 x size windows, and each lower one.
/// </summary>
internal sealed class Vegas(int start, Random random, int maximum = 1000) : WindowedSize(start, maximum)
{
    private const int ProbeMultiplier = 30;

    private double _least = double.PositiveInfinity;
    private double _jitter = 0.75;
    private int _windows;

    protected override double Next(double latency, int inFlight)
    {
        _windows++;
        if (_windows >= _jitter * ProbeMultiplier * Estimate)
        {
            _jitter = 0.5 + (random.NextDouble() / 2);
            _windows = 0;
            _least = latency;
            return Estimate;
        }

        if (latency < _least)
        {
            _least = latency;
            return Estimate;
        }

        double step = Math.Max(1, Math.Floor(Math.Log10(Limit)));
        double queue = Math.Ceiling(Estimate * (1 - (_least / latency)));
        return inFlight * 2 < Estimate ? Estimate
            : queue <= step ? Estimate + (6 * step)
            : queue < 3 * step ? Estimate + step
            : queue > 6 * step ? Estimate - step
            : Estimate;
    }
}
