using KestrelRaw.Connections.Tests.Adaptation.Simulation;

namespace KestrelRaw.Connections.Tests.Adaptation.Peers;

/// <summary>
/// What the published algorithms have in common as Netflix's concurrency-limits runs them: a window of a second with ten
/// samples or more gives one mean latency and the most that was in flight.
/// </summary>
internal abstract class WindowedSize(int start, int maximum) : ISizeAlgorithm
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private TimeSpan _windowEnd;
    private double _latencies;
    private int _samples;
    private int _inFlight;
    private int _maxInFlight;

    public int Limit => (int)Estimate;

    protected double Estimate { get; private set; } = start;

    public void Begin(TimeSpan now, int inUse) => _maxInFlight = Math.Max(_maxInFlight, ++_inFlight);

    public void End(TimeSpan began, TimeSpan now)
    {
        _inFlight--;
        _latencies += (now - began).TotalSeconds;
        _samples++;
        if (now < _windowEnd)
        {
            return;
        }

        if (_samples >= 10)
        {
            Estimate = Math.Clamp(Next(_latencies / _samples, _maxInFlight), 1, maximum);
        }

        _windowEnd = now + Window;
        (_latencies, _samples, _maxInFlight) = (0, 0, _inFlight);
    }

    /// <summary>The estimate after a window.</summary>
    protected abstract double Next(double latency, int inFlight);
}
