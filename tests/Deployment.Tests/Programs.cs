using System.Diagnostics;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests;

/// <summary>Our two programs, run with what a deployment gives them.</summary>
internal static partial class Programs
{
    private const string Dockerfile = "docker/Dockerfile";

    /// <summary>The settings that a server would have there, as <c>check</c> prints them; fails when they are not valid.</summary>
    /// <param name="appsettings">The file, from the repository's root on.</param>
    /// <param name="environment">The environment's variables, on top of the image's own.</param>
    public static async Task<Dictionary<string, string>> CheckSettingsAsync(string appsettings, IReadOnlyDictionary<string, string> environment)
    {
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", Repository.Read(appsettings));
        Dictionary<string, string> all = ImageVariable().Matches(Repository.Read(Dockerfile)).ToDictionary(static variable => variable.Groups[1].Value, static variable => variable.Groups[2].Value);
        foreach ((string name, string value) in environment)
        {
            all[name] = value;
        }

        (int exitCode, string output) = await RunAsync("KestrelRaw", ["check"], folder.Path, all);
        Assert.True(exitCode == 0, output);
        return Regex.Matches(output, @"^KestrelRaw:(\S+) = (.*?)  \(", RegexOptions.Multiline).ToDictionary(static line => line.Groups[1].Value, static line => line.Groups[2].Value);
    }

    public static Task<(int ExitCode, string Output)> RunLoadClientAsync(IEnumerable<string> arguments) =>
        RunAsync("LoadClient", arguments, System.IO.Path.GetTempPath(), new Dictionary<string, string>());

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output.OrHang() + await error.OrHang());
    }

    [GeneratedRegex(@"\b(KestrelRaw__\w+)=(\S+)")]
    private static partial Regex ImageVariable();
}
