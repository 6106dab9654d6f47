using KestrelRaw.Configuration;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Commands;

/// <summary><c>check</c>: validates the configuration and prints the effective one, with each value's source.</summary>
internal static class CheckCommand
{
    private const string Hidden = "(not shown)";

    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var faults = new List<Fault>();
        LoadedConfiguration? configuration = LoadedConfiguration.Load(arguments, faults);
        if (configuration is null)
        {
            return FaultReport.Print(faults, error);
        }

        Print(configuration.Root, ServerKeys.Section, ServerKeys.All, output);
        foreach (EndpointSettings endpoint in configuration.Settings.Endpoints)
        {
            output.WriteLine();
            Print(configuration.Root, $"{ServerKeys.Endpoints}:{endpoint.Name}", EndpointKeys.All, output);
        }

        output.WriteLine();
        output.WriteLine($"The configuration is valid: {configuration.Settings.Endpoints.Count} endpoints.");
        return ExitCode.Done;
    }

    private static void Print(IConfigurationRoot root, string section, IReadOnlyList<Setting> settings, TextWriter output)
    {
        foreach (Setting setting in settings)
        {
            string key = $"{section}:{setting.Key}";
            ConfiguredValue? configured = root.Find(key);
            string? value = configured is null ? setting.DefaultText : configured.Value;
            output.WriteLine($"{key} = {(setting.IsSecret && value is not null ? Hidden : value ?? "null")}  ({configured?.Source ?? "default"})");
        }
    }
}
