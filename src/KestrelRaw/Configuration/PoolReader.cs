using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Reads what an endpoint says of its pool, and of the wait for it under overload.</summary>
internal static class PoolReader
{
    private static readonly Setting[] AdaptiveKeys = [EndpointKeys.PoolAdaptiveEnabled, EndpointKeys.PoolAdaptiveMinimum, EndpointKeys.PoolAdaptiveMaximum];

    public static PoolSettings Read(SettingsReader reader, IConfigurationSection section, List<Fault> faults) => new(
        reader.Read(section.Path, EndpointKeys.PoolName) ?? section.Key,
        reader.Read(section.Path, EndpointKeys.PoolSize),
        reader.Read(section.Path, EndpointKeys.PoolPerClient),
        ReadAdaptive(reader, section.Path, faults),
        reader.IsStated(section.Path, EndpointKeys.PoolSize),
        reader.IsStated(section.Path, EndpointKeys.PoolPerClient),
        AdaptiveKeys.Any(setting => reader.IsStated(section.Path, setting)));

    public static CoDelSettings ReadCoDel(SettingsReader reader, string section, List<Fault> faults)
    {
        var settings = new CoDelSettings(
            reader.Read(section, EndpointKeys.PoolCoDelEnabled),
            new CoDelOptions { Target = reader.Read(section, EndpointKeys.PoolCoDelTarget), Interval = reader.Read(section, EndpointKeys.PoolCoDelInterval) });
        if (settings.Options is { } options && options.Interval <= options.Target)
        {
            faults.Add(new Fault(
                $"{section}:{EndpointKeys.PoolCoDelInterval.Key}",
                $"{DurationType.Format(options.Interval)} is not longer than {EndpointKeys.PoolCoDelTarget.Key}, {DurationType.Format(options.Target)}"));
        }

        return settings;
    }

    private static AdaptivePoolSizeOptions? ReadAdaptive(SettingsReader reader, string section, List<Fault> faults)
    {
        bool isEnabled = reader.Read(section, EndpointKeys.PoolAdaptiveEnabled);
        var options = new AdaptivePoolSizeOptions
        {
            Minimum = reader.Read(section, EndpointKeys.PoolAdaptiveMinimum),
            Maximum = reader.Read(section, EndpointKeys.PoolAdaptiveMaximum),
        };
        if (options.Minimum > options.Maximum)
        {
            faults.Add(new Fault(
                $"{section}:{EndpointKeys.PoolAdaptiveMinimum.Key}", $"{options.Minimum} is more than {EndpointKeys.PoolAdaptiveMaximum.Key}, {options.Maximum}"));
        }

        return isEnabled ? options : null;
    }
}
