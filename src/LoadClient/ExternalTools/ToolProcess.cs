using System.Diagnostics;

namespace LoadClient.ExternalTools;

/// <summary>Another program's run, from its start to its end.</summary>
internal static class ToolProcess
{
    /// <exception cref="System.ComponentModel.Win32Exception">The file can't be executed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the program and all that it started are killed and gone.</exception>
    public static async Task<ToolOutput> RunAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Process process = Process.Start(StartInfo(path, arguments))!;
        process.StandardInput.Close();
        try
        {
            // Both at once: a program that fills the one pipe while the other is read would never end.
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await Task.WhenAll(output, error, process.WaitForExitAsync(cancellationToken));
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            // Cancelled: nothing of it may disturb what comes next.
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static ProcessStartInfo StartInfo(string path, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What is parsed must not depend on the user's language; a program that wants a screen is to see that it has none.
        start.Environment["LC_ALL"] = "C";
        start.Environment["TERM"] = "dumb";
        return start;
    }
}
