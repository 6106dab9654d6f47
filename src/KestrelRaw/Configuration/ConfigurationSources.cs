using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Win32.SafeHandles;

namespace KestrelRaw.Configuration;

/// <summary>Where the configuration comes from, the strongest last: appsettings.json, its variant for the environment, environment variables, command line.</summary>
internal static class ConfigurationSources
{
    private const string FileName = "appsettings.json";

    /// <summary>Twice what the most endpoints need. A file that is no configuration at all may be of any size.</summary>
    private const int MostBytes = 1024 * 1024;

    /// <summary>Chosen once, at start: the working directory where it has an appsettings.json (the repository's root under <c>dotnet run</c>), else the program's own.</summary>
    public static string BaseDirectory { get; } =
        Path.Exists(Path.Combine(Directory.GetCurrentDirectory(), FileName)) ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory;

    /// <summary>The files, the strongest last.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        [FileName, $"appsettings.{Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Production"}.json"];

    /// <param name="baseDirectory">The directory of appsettings.json.</param>
    /// <param name="settings">Pairs from the command line, as <c>--Key=value</c>.</param>
    /// <exception cref="FormatException">A file is no JSON.</exception>
    /// <exception cref="InvalidDataException">A file is a directory, too large, or no JSON.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IConfigurationRoot Build(string baseDirectory, IReadOnlyList<string> settings)
    {
        IConfigurationBuilder builder = new ConfigurationBuilder().SetBasePath(baseDirectory);
        foreach (string file in FileNames)
        {
            string path = Path.Combine(baseDirectory, file);
            if (Directory.Exists(path))
            {
                throw new InvalidDataException($"{file} is a directory: a container's engine makes one where the file to mount is missing.");
            }

            if (IsTooLarge(path, out long bytes))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file} has {bytes:N0} bytes; must be at most {MostBytes:N0}."));
            }

            // Read anew as a whole when it changes: a value of a half-written file must never be seen.
            builder.AddJsonFile(file, optional: true, reloadOnChange: false);
        }

        return builder.AddEnvironmentVariables().AddCommandLine([.. settings]).Build();
    }

    /// <exception cref="IOException">The file can't be read.</exception>
    public static bool IsTooLarge(string path, out long bytes)
    {
        // Opened, for a link's length is its own.
        using SafeFileHandle? file = File.Exists(path) ? File.OpenHandle(path) : null;
        bytes = file is null ? 0 : RandomAccess.GetLength(file);
        return bytes > MostBytes;
    }
}
