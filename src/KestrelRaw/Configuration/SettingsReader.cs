using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Reads settings one by one and collects every fault, instead of stopping at the first as the configuration binder does.</summary>
internal sealed class SettingsReader(IConfigurationRoot configuration, List<Fault> faults)
{
    /// <summary>The value, or the default where there is none or a bad one (which is a fault then).</summary>
    public T Read<T>(string section, Setting<T> setting)
    {
        string key = $"{section}:{setting.Key}";
        if (configuration.Find(key) is not { } configured)
        {
            if (setting.IsRequired)
            {
                faults.Add(new Fault(key, $"is missing; must be {setting.Allowed}"));
            }

            return setting.IsRequired ? default! : setting.Default;
        }

        if (setting.TryParse(configured.Value, out T value))
        {
            return value;
        }

        faults.Add(new Fault(key, $"{(setting.IsSecret ? "what is given" : Quote(configured.Value))} ({configured.Source}) is not allowed; must be {setting.Allowed}"));
        return setting.IsRequired ? default! : setting.Default;
    }

    /// <summary>True when any source has the key, with a value.</summary>
    public bool IsSet(string section, Setting setting) => configuration.Find($"{section}:{setting.Key}") is { Value: not null };

    /// <summary>True when any source has the key, be it with null.</summary>
    public bool IsStated(string section, Setting setting) => configuration.Find($"{section}:{setting.Key}") is not null;

    private static string Quote(string? value) => value is null ? "null" : $"\"{value}\"";
}
