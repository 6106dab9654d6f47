using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>A key's value in a valid configuration, given or by default.</summary>
/// <param name="Endpoint">Whose key it is; null for those of the server.</param>
/// <param name="Setting">Null stands for the endpoint itself.</param>
/// <param name="Value">As it was written.</param>
internal sealed record SettingValue(string? Endpoint, Setting? Setting, string? Value);

/// <summary>A value that differs between two configurations; of an endpoint that one of them lacks only that.</summary>
internal sealed record SettingsChange(string Key, SettingValue? Before, SettingValue? After)
{
    private const string Present = "present";

    public Setting? Setting => (After ?? Before)!.Setting;

    public string? Endpoint => (After ?? Before)!.Endpoint;

    public string BeforeText => Show(Before);

    public string AfterText => Show(After);

    /// <summary>All values of a configuration, by key.</summary>
    public static Dictionary<string, SettingValue> Read(IConfigurationRoot root)
    {
        var values = new Dictionary<string, SettingValue>(StringComparer.OrdinalIgnoreCase);
        Add(null, ServerKeys.Section, ServerKeys.All);
        foreach (IConfigurationSection section in root.GetSection(ServerKeys.Endpoints).GetChildren())
        {
            values[section.Path] = new SettingValue(section.Key, null, Present);
            Add(section.Key, section.Path, EndpointKeys.All);
        }

        return values;

        void Add(string? endpoint, string path, IReadOnlyList<Setting> settings)
        {
            foreach (Setting setting in settings)
            {
                string key = $"{path}:{setting.Key}";
                values[key] = new SettingValue(endpoint, setting, root.Find(key) is { } configured ? configured.Value : setting.DefaultText);
            }
        }
    }

    public static IReadOnlyList<SettingsChange> Find(Dictionary<string, SettingValue> before, Dictionary<string, SettingValue> after)
    {
        var changes = new List<SettingsChange>();
        foreach (string key in before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase))
        {
            SettingValue? old = before.GetValueOrDefault(key);
            SettingValue? changed = after.GetValueOrDefault(key);
            bool isEndpoint = (old ?? changed)!.Setting is null;
            if (isEndpoint ? old is null || changed is null : old is not null && changed is not null && old.Value != changed.Value)
            {
                changes.Add(new SettingsChange(key, old, changed));
            }
        }

        return changes;
    }

    private static string Show(SettingValue? value) => value switch
    {
        null => "absent",
        { Setting.IsSecret: true } => "(not shown)",
        _ => value.Value ?? "null",
    };
}
