using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Where the configuration comes from, the strongest last: appsettings.json, its variant for the environment, environment variables, command line.</summary>
internal static class ConfigurationSources
{
    private const string FileName = "appsettings.json";

    /// <summary>Chosen once, at start: the working directory where it has an appsettings.json (the repository's root under <c>dotnet run</c>), else the program's own.</summary>
    public static string BaseDirectory { get; } =
        File.Exists(Path.Combine(Directory.GetCurrentDirectory(), FileName)) ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory;

    /// <summary>The files, the strongest last.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        [FileName, $"appsettings.{Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Production"}.json"];

    /// <param name="baseDirectory">The directory of appsettings.json.</param>
    /// <param name="settings">Pairs from the command line, as <c>--Key=value</c>.</param>
    /// <exception cref="FormatException">A file is no JSON.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IConfigurationRoot Build(string baseDirectory, IReadOnlyList<string> settings)
    {
        IConfigurationBuilder builder = new ConfigurationBuilder().SetBasePath(baseDirectory);
        foreach (string file in FileNames)
        {
            // Read anew as a whole when it changes: a value of a half-written file must never be seen.
            builder.AddJsonFile(file, optional: true, reloadOnChange: false);
        }

        return builder.AddEnvironmentVariables().AddCommandLine([.. settings]).Build();
    }
}
