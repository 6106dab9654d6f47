using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>The configuration with what was made of it, for whoever needs both.</summary>
internal sealed record LoadedConfiguration(IConfigurationRoot Root, ServerSettings Settings)
{
    /// <param name="arguments">The command line.</param>
    /// <param name="faults">Is given every fault.</param>
    /// <returns>Null when there are faults.</returns>
    public static LoadedConfiguration? Load(IReadOnlyList<string> arguments, List<Fault> faults) => Load(ConfigurationSources.BaseDirectory, arguments, faults);

    /// <summary>The same with the appsettings.json of a directory.</summary>
    public static LoadedConfiguration? Load(string baseDirectory, IReadOnlyList<string> arguments, List<Fault> faults)
    {
        List<string> pairs = CommandLineSettings.Parse(arguments, faults);
        try
        {
            IConfigurationRoot root = ConfigurationSources.Build(baseDirectory, pairs);
            faults.AddRange(SettingsLoader.Load(root, baseDirectory, out ServerSettings settings));
            return faults.Count == 0 ? new LoadedConfiguration(root, settings) : null;
        }
        catch (Exception exception) when (exception is FormatException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The outermost names the file, the innermost the line.
            Exception cause = exception.GetBaseException();
            faults.Add(new Fault("configuration", cause == exception ? exception.Message : $"{exception.Message} {cause.Message}"));
            return null;
        }
    }
}
