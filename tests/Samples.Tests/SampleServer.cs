using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using KestrelRaw.TestHelpers;

namespace Samples.Tests;

/// <summary>A sample in a process of its own. What it prints is read line by line, when a test asks for it.</summary>
internal sealed partial class SampleServer : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;

    private SampleServer(Process process) => _process = process;

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    public static Task<SampleServer> StartLineEchoAsync(int slots = 10) => StartAsync(
        "LineEcho.dll", "Echoing lines on ", "--slots", slots.ToString(CultureInfo.InvariantCulture), "--transport", TransportUnderTest.Value.ToString());

    public static Task<SampleServer> StartNameLookupAsync() => StartAsync("NameLookup.dll", "Resolving names on ");

    /// <summary>Starts on a free port and waits until the sample has said which.</summary>
    private static async Task<SampleServer> StartAsync(string program, string greeting, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, program),
                "--port", "0",
                .. arguments,
                "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Connections", "Debug",
                "--Logging:LogLevel:KestrelRaw.Connections", "Debug",
            ])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        var server = new SampleServer(Process.Start(start)!);
        string line = (await server.ReadUntilAsync(greeting))[^1];
        server.EndPoint = IPEndPoint.Parse(line[greeting.Length..].Split(',')[0]);
        return server;
    }

    /// <summary>The lines that were printed since the last call, up to the first that contains <paramref name="text"/>.</summary>
    public async Task<IReadOnlyList<string>> ReadUntilAsync(string text)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        var lines = new List<string>();
        do
        {
            lines.Add(await _process.StandardOutput.ReadLineAsync(giveUp.Token)
                ?? throw new InvalidOperationException($"The sample ended before it printed \"{text}\"; it printed:\n{string.Join('\n', lines)}"));
        }
        while (!lines[^1].Contains(text, StringComparison.Ordinal));
        return lines;
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Kill(_process.Id, SigTerm));
        await _process.WaitForExitAsync().OrHang();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().OrHang();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
