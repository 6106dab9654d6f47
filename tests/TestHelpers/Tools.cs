using System.Diagnostics;
using System.Globalization;

namespace KestrelRaw.TestHelpers;

/// <summary>Other people's programs. A test that needs one is skipped where it is not installed; .ci/run installs all.</summary>
public static class Tools
{
    public static void SkipUnlessPresent(string tool)
    {
        bool isPresent = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, tool)));
        Assert.SkipUnless(isPresent, $"{tool} is not installed.");
    }

    /// <summary>Recv-Q of the listening socket: connections that nobody has accepted.</summary>
    public static async Task<int> ReadAcceptQueueAsync(int port)
    {
        (_, string output) = await RunAsync("ss", $"-Hltn sport = :{port}");
        return int.Parse(output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Established connections on the port that belong to the process; those in the accept queue belong to nobody.</summary>
    public static async Task<int> CountAcceptedSocketsAsync(int port, int processId)
    {
        (_, string output) = await RunAsync("ss", $"-Htnp sport = :{port}");
        return output.Split('\n').Count(line => line.Contains($"pid={processId},", StringComparison.Ordinal));
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
