using System.Diagnostics.Metrics;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Reads one host's meter as a collector would: <c>name{tag=value}</c>, and for histograms the count.</summary>
internal sealed class MetricsReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];
    private readonly Dictionary<string, double> _counts = [];
    private readonly Lock _lock = new();

    public MetricsReader(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ConnectionMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                Units.Add(instrument.Unit!);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Set(_values, instrument.Name, tags, "", _ => value));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Set(_counts, instrument.Name, tags, " count", count => count + 1));
        _listener.Start();
    }

    public HashSet<string> Units { get; } = [];

    public IReadOnlyDictionary<string, double> Read()
    {
        lock (_lock)
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
            return _values.Concat(_counts).ToDictionary();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Set(Dictionary<string, double> target, string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, string suffix, Func<double, double> update)
    {
        string key = $"{name}{{{string.Join(',', tags.ToArray().OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}"))}}}{suffix}";
        lock (_lock)
        {
            target[key] = update(target.GetValueOrDefault(key));
        }
    }
}
