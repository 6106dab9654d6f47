using System.Diagnostics;
using System.Globalization;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>tests/wire-server/wire_server.py in a process of its own: MongoDB's wire protocol from another hand than the driver's.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<Task<bool>> IsInstalled = new(CheckAsync);

    private Process _process;

    private WireServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string ConnectionString => $"mongodb://127.0.0.1:{Port}/";

    /// <param name="documents">The database <c>kestrelraw</c> has so many in its collection <c>documents</c>, <c>This is document 1.</c> and so on.</param>
    public static async Task<WireServer> StartAsync(int documents = 0)
    {
        Assert.SkipUnless(await IsInstalled.Value, "python3-mockupdb is not installed.");
        (Process process, int port) = await RunAsync(port: 0, documents);
        return new WireServer(process, port);
    }

    /// <summary>Shows a fault from now on, as the script describes it.</summary>
    public async Task ShowAsync(string fault)
    {
        await _process.StandardInput.WriteLineAsync(fault);
        await _process.StandardInput.FlushAsync();
        Assert.Equal("ok", await _process.StandardOutput.ReadLineAsync().OrHang());
    }

    /// <summary>SIGKILL: its connections are reset and its port refuses.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().OrHang();
    }

    /// <summary>A new process on the same port.</summary>
    public async Task ReturnAsync(int documents = 0)
    {
        _process.Dispose();
        (_process, _) = await RunAsync(Port, documents);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static async Task<(Process Process, int Port)> RunAsync(int port, int documents)
    {
        string[] arguments = [RepositoryFiles.PathOf("tests/wire-server/wire_server.py"), $"--port={port}", $"--documents={documents}"];
        Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string? line = await process.StandardOutput.ReadLineAsync().OrHang();
        Assert.StartsWith("listening ", line, StringComparison.Ordinal);
        return (process, int.Parse(line!.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static async Task<bool> CheckAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import mockupdb"]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync().OrHang();
        return process.ExitCode == 0;
    }
}
