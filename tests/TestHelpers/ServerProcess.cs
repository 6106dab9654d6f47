using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace KestrelRaw.TestHelpers;

/// <summary>The real program in a process of its own, with an appsettings.json of the test's.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigContinue = 18;
    public const int SigStop = 19;

    /// <summary>Turns the admin surface on, on any free port.</summary>
    public const string WithAdmin = "--KestrelRaw:Admin:Url=http://127.0.0.1:0";

    /// <summary>The program of this build, or the published one that KESTRELRAW_PROGRAM names.</summary>
    private static readonly string[] Program = Environment.GetEnvironmentVariable("KESTRELRAW_PROGRAM") is { Length: > 0 } published
        ? [published]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "KestrelRaw.dll")];

    private readonly Process _process;
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _newLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string endpoints, string[] arguments, string[] prefix)
    {
        _directory = Directory.CreateTempSubdirectory("kestrelraw-").FullName;
        Save(endpoints);
        string[] command = [.. prefix, .. Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, data) => Add(data.Data);
        _process.ErrorDataReceived += (_, data) => Add(data.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything that was printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts and waits until every endpoint has said where it listens.</summary>
    /// <param name="endpoints">The JSON object below <c>KestrelRaw:Endpoints</c>.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="prefix">A command to run the program under.</param>
    public static async Task<ServerProcess> StartAsync(string endpoints, string[]? arguments = null, string[]? prefix = null)
    {
        var server = new ServerProcess(endpoints, arguments ?? [], prefix ?? []);
        foreach (Match name in EndpointName().Matches(endpoints))
        {
            await server.WaitForAsync($"Endpoint {name.Groups[1].Value} listens on");
        }

        return server;
    }

    /// <summary>Runs to the end, for starts that fail and commands that print.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string endpoints, params string[] arguments) => RunAsync(endpoints, arguments, []);

    /// <summary>The same under a command.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string endpoints, string[] arguments, string[] prefix)
    {
        await using var server = new ServerProcess(endpoints, arguments, prefix);
        return (await server.ExitAsync(), server.Output);
    }

    /// <summary>The port that the endpoint's first socket got.</summary>
    public int Port(string endpoint) =>
        int.Parse(Regex.Match(Output, $@"Endpoint {endpoint} listens on tcp://\S+:(\d+):").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>The admin surface's port; start the server with <see cref="WithAdmin"/>.</summary>
    public int AdminPort =>
        int.Parse(Regex.Match(Output, @"Admin surface listens on http://\S+:(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>The server's appsettings.json.</summary>
    public string SettingsPath => Path.Combine(_directory, "appsettings.json");

    /// <summary>Writes appsettings.json, as an editor does. There is no admin surface: tests run beside each other.</summary>
    public void Save(string endpoints) =>
        File.WriteAllText(
            SettingsPath,
            $$"""{ "KestrelRaw": { "Transport": "{{TransportUnderTest.Value}}", "Admin": { "Url": null }, "Endpoints": {{endpoints}} } }""");

    public void DeleteSettings() => File.Delete(SettingsPath);

    /// <summary>Waits until so many lines contain the text.</summary>
    public async Task WaitForAsync(string text, int times = 1)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times)
                {
                    return;
                }

                next = _newLine.Task;
            }

            try
            {
                await next.WaitAsync(giveUp.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The server never printed \"{text}\", but:\n{Output}");
            }
        }
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().OrHang();
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal(SigTerm);
        return ExitAsync();
    }

    /// <summary>The endpoint's outcomes as the server said at its end: <c>completed 3, client_reset 1</c>. Checks that all are accounted for.</summary>
    public string Outcomes(string endpoint)
    {
        Match totals = Regex.Match(Output, $@"Endpoint {endpoint} stopped: (\d+) connections accepted, (\d+) active; ([^;]*); \d+ failed accepts");
        Assert.True(totals.Success, Output);
        Assert.Equal("0", totals.Groups[2].Value);
        long finished = Counts().Matches(totals.Groups[3].Value).Sum(count => long.Parse(count.Value, CultureInfo.InvariantCulture));
        Assert.Equal(totals.Groups[1].Value, finished.ToString(CultureInfo.InvariantCulture));
        return totals.Groups[3].Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        TaskCompletionSource signal;
        lock (_lock)
        {
            _lines.Add(line);
            signal = _newLine;
            _newLine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signal.SetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [GeneratedRegex("\"(\\w+)\": *{ *\"Url\"")]
    private static partial Regex EndpointName();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Counts();
}
