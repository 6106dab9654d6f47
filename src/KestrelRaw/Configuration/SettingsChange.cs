using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>A setting whose value differs between two configurations.</summary>
internal sealed record SettingsChange(string Key, Setting? Setting, string? Before, string? After)
{
    /// <summary>It takes effect while the server runs.</summary>
    public bool IsLive => Setting?.IsLive == true;

    /// <summary>What is different between two valid configurations, key by key. Other sections are not ours to compare.</summary>
    public static IReadOnlyList<SettingsChange> Find(IConfigurationRoot before, IConfigurationRoot after)
    {
        var changes = new List<SettingsChange>();
        Compare(ServerKeys.Section, ServerKeys.All);
        string[] endpoints = [.. NamesIn(before).Union(NamesIn(after), StringComparer.OrdinalIgnoreCase)];
        foreach (string endpoint in endpoints)
        {
            string section = $"{ServerKeys.Endpoints}:{endpoint}";
            if (NamesIn(before).Contains(endpoint, StringComparer.OrdinalIgnoreCase) && NamesIn(after).Contains(endpoint, StringComparer.OrdinalIgnoreCase))
            {
                Compare(section, EndpointKeys.All);
            }
            else
            {
                bool isNew = NamesIn(after).Contains(endpoint, StringComparer.OrdinalIgnoreCase);
                changes.Add(new SettingsChange(section, null, isNew ? "absent" : "present", isNew ? "present" : "absent"));
            }
        }

        return changes;

        void Compare(string section, IReadOnlyList<Setting> settings)
        {
            foreach (Setting setting in settings)
            {
                string key = $"{section}:{setting.Key}";
                string? old = ValueOf(before, key, setting);
                string? changed = ValueOf(after, key, setting);
                if (old != changed)
                {
                    changes.Add(new SettingsChange(key, setting, old, changed));
                }
            }
        }
    }

    private static IEnumerable<string> NamesIn(IConfigurationRoot root) =>
        root.GetSection(ServerKeys.Endpoints).GetChildren().Select(section => section.Key);

    private static string? ValueOf(IConfigurationRoot root, string key, Setting setting) =>
        root.Find(key) is { } configured ? configured.Value : setting.DefaultText;
}
