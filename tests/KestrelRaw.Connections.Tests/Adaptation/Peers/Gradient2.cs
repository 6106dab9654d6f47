namespace KestrelRaw.Connections.Tests.Adaptation.Peers;

/// <summary>Netflix's second gradient: long-term mean latency / latency, between 0.5 and 1, plus a queue of 4, smoothed by a fifth.</summary>
internal sealed class Gradient2(int start, int maximum = 1000) : WindowedSize(start, maximum)
{
    private const int LongWindow = 600;
    private const int WarmUp = 10;

    private double _long;
    private int _windows;

    protected override double Next(double latency, int inFlight)
    {
        _windows++;
        _long = _windows <= WarmUp
            ? _long + ((latency - _long) / _windows)
            : _long + ((latency - _long) * 2 / (LongWindow + 1));
        if (_long / latency > 2)
        {
            _long *= 0.9;
        }

        if (inFlight < Estimate / 2)
        {
            return Estimate;
        }

        double gradient = Math.Clamp(_long / latency, 0.5, 1);
        return (Estimate * 0.8) + (((Estimate * gradient) + 4) * 0.2);
    }
}
