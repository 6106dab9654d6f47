using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace KestrelRaw.Configuration;

/// <summary>A configured value and where it came from.</summary>
/// <param name="Value">Null is JSON's null.</param>
/// <param name="Source">The file's name, <c>environment</c> or <c>command line</c>.</param>
internal sealed record ConfiguredValue(string? Value, string Source);

internal static class ConfigurationLookup
{
    /// <summary>The value that counts: the last source that has the key wins. Null when none has it.</summary>
    public static ConfiguredValue? Find(this IConfigurationRoot configuration, string key)
    {
        foreach (IConfigurationProvider provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(key, out string? value))
            {
                return new ConfiguredValue(value, NameOf(provider));
            }
        }

        return null;
    }

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        FileConfigurationProvider file => file.Source.Path ?? "file",
        EnvironmentVariablesConfigurationProvider => "environment",
        CommandLineConfigurationProvider => "command line",
        _ => provider.ToString() ?? provider.GetType().Name,
    };
}
