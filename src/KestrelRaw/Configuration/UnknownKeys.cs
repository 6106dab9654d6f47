using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Finds keys that no setting has: a misspelt key is an error, not silence.</summary>
internal static class UnknownKeys
{
    /// <summary>Twice as many as the longest known key has parts, and few enough for the stack.</summary>
    private const int MostParts = 16;

    /// <summary>Whoever has so many has the wrong file; to find each takes a look at all keys.</summary>
    private const int MostFaults = 100;

    /// <summary>No longer key can be meant, and its distance from each would take long.</summary>
    private const int LongestMisspelling = 100;

    /// <returns>At most a hundred, and one that says so.</returns>
    public static IReadOnlyList<Fault> Find(IConfigurationRoot configuration)
    {
        List<Fault> faults = [.. FindAll(configuration).Take(MostFaults + 1)];
        if (faults.Count > MostFaults)
        {
            faults[^1] = new Fault(ServerKeys.Section, $"there are more unknown keys; these are the first {MostFaults}");
        }

        return faults;
    }

    private static IEnumerable<Fault> FindAll(IConfigurationRoot configuration)
    {
        string endpoints = ServerKeys.Endpoints + ":";
        foreach ((string key, string? value) in Leaves(configuration.GetSection(ServerKeys.Section), parts: 1))
        {
            IReadOnlyList<Setting> known;
            string section;
            if (key.StartsWith(endpoints, StringComparison.OrdinalIgnoreCase))
            {
                section = endpoints + key[endpoints.Length..].Split(':')[0];
                known = EndpointKeys.All;
            }
            else
            {
                section = ServerKeys.Section;
                known = ServerKeys.All;
            }

            if (Describe(key, value, section, known) is { } message)
            {
                ConfiguredValue? configured = configuration.Find(key);
                yield return new Fault(key, configured is null ? message : $"{message} ({configured.Source})");
            }
        }
    }

    private static string? Describe(string key, string? value, string section, IReadOnlyList<Setting> known)
    {
        string relative = key.Length > section.Length ? key[(section.Length + 1)..] : "";
        if (known.Any(setting => setting.Key.Equals(relative, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        bool isSection = relative.Length == 0
            || key.Equals(ServerKeys.Endpoints, StringComparison.OrdinalIgnoreCase)
            || known.Any(setting => setting.Key.StartsWith(relative + ":", StringComparison.OrdinalIgnoreCase));
        if (isSection)
        {
            // JSON's {} and null arrive as an empty value.
            return string.IsNullOrEmpty(value) ? null : $"\"{value}\" is not allowed; must be an object with keys of its own";
        }

        if (known.FirstOrDefault(setting => relative.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)) is { } parent)
        {
            return $"{parent.Key} takes one value, not an object or a list; must be {parent.Allowed}";
        }

        return relative.Length > LongestMisspelling ? "unknown key" : $"unknown key; did you mean {Closest(relative, known)}?";
    }

    private static IEnumerable<(string Key, string? Value)> Leaves(IConfigurationSection section, int parts)
    {
        bool hasChildren = false;
        foreach (IConfigurationSection child in parts < MostParts ? section.GetChildren() : [])
        {
            hasChildren = true;
            foreach ((string Key, string? Value) leaf in Leaves(child, parts + 1))
            {
                yield return leaf;
            }
        }

        if (!hasChildren || section.Value is { Length: > 0 })
        {
            yield return (section.Path, section.Value);
        }
    }

    private static string Closest(string key, IReadOnlyList<Setting> known) =>
        known.MinBy(setting => EditDistance(key.ToUpperInvariant(), setting.Key.ToUpperInvariant()))!.Key;

    /// <summary>Levenshtein's distance: insertions, deletions and replacements of one character.</summary>
    private static int EditDistance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
