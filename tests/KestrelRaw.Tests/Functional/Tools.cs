using System.Diagnostics;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>Other people's programs. A test that needs one is skipped where it is not installed; .ci/run installs all.</summary>
internal static class Tools
{
    public static void SkipUnlessPresent(string tool)
    {
        bool isPresent = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, tool)));
        Assert.SkipUnless(isPresent, $"{tool} is not installed.");
    }

    /// <summary>Runs a tool to its end; skips the test where there is none.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string tool, string arguments, string? input = null)
    {
        SkipUnlessPresent(tool);
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output.OrHang() + await error.OrHang());
    }
}
