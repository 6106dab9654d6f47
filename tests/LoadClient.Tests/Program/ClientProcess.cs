using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using KestrelRaw.TestHelpers;

namespace LoadClient.Tests.Program;

/// <summary>The real program in a process of its own, in a directory of its own.</summary>
internal sealed partial class ClientProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly Task<string> _output;
    private readonly TaskCompletionSource _firstErrorLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClientProcess(string directory, string[] prefix, string[] arguments)
    {
        string[] command = [.. prefix, "dotnet", Path.Combine(AppContext.BaseDirectory, "LoadClient.dll"), .. arguments];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..])
            {
                WorkingDirectory = directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>The first line on standard error; fails when there never is one.</summary>
    public Task FirstErrorLine => _firstErrorLine.Task;

    public static ClientProcess Start(params string[] arguments) => new(Path.GetTempPath(), [], arguments);

    public static Task<ClientResult> RunAsync(params string[] arguments) => RunInAsync(Path.GetTempPath(), arguments);

    public static async Task<ClientResult> RunInAsync(string directory, params string[] arguments)
    {
        await using var client = new ClientProcess(directory, [], arguments);
        return await client.ExitAsync();
    }

    /// <param name="prefix">A command to run the program under.</param>
    /// <param name="arguments">The program's own.</param>
    public static async Task<ClientResult> RunUnderAsync(string[] prefix, params string[] arguments)
    {
        await using var client = new ClientProcess(Path.GetTempPath(), prefix, arguments);
        return await client.ExitAsync();
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public async Task<ClientResult> ExitAsync()
    {
        string output = await _output.OrHang();
        await _process.WaitForExitAsync().OrHang();
        return new ClientResult(_process.ExitCode, output, _error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().OrHang();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            _firstErrorLine.TrySetException(new InvalidOperationException("The program wrote nothing to standard error."));
            return;
        }

        _error.Append(line).Append('\n');
        _firstErrorLine.TrySetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}

/// <param name="ExitCode">Of the program.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">All of its standard error.</param>
internal sealed record ClientResult(int ExitCode, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
