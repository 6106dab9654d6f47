using KestrelRaw.TestHelpers;
using LoadClient.ExternalTools;
using LoadClient.Sweeps;
using LoadClient.Tests.Sweeps;

namespace LoadClient.Tests.ExternalTools;

public sealed class ExternalToolRunnerTests : IDisposable
{
    private readonly FakeProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("echo 'first'; echo 'second' >&2; echo >&2; exit 3", "ab ended with exit code 3: second")]
    [InlineData("echo 'unknown format'; exit 1", "ab ended with exit code 1: unknown format")]
    [InlineData("exit 1", "ab ended with exit code 1: it printed nothing")]
    [InlineData("printf 'a\\033[31mb' >&2; exit 1", "ab ended with exit code 1: a [31mb")]
    [InlineData("kill -9 $$", "ab ended with exit code 137: it printed nothing")]
    [InlineData("echo 'Hello'", "ab ended with exit code 0, but printed no report: Hello")]
    public async Task RunAsync_ToolFails_IsARowThatSaysHow(string body, string note)
    {
        ToolResult result = await Runner(await _program.AddAsync("ab", body)).RunAsync(SweepData.Settings(), default).OrHang();

        Assert.Equal(ToolResult.NotDone(note), result);
    }

    [Fact]
    public async Task RunAsync_ToolIsGone_IsARowThatSaysSo() =>
        Assert.Contains("can't be started", (await Runner("/nonexistent/ab").RunAsync(SweepData.Settings(), default).OrHang()).Note, StringComparison.Ordinal);

    [Fact]
    public async Task RunAsync_MuchOutputOnBothStreams_DoesNotBlock()
    {
        // More than a pipe holds, first on the stream that a simple reader would read last.
        const string Much = "head -c 1000000 /dev/zero | tr '\\0' 'x'";
        string path = await _program.AddAsync("ab", $"{Much} >&2; {Much}; echo; echo 'Complete requests:      7'; echo 'Failed requests:        0'");

        Assert.Equal(7, (await Runner(path).RunAsync(SweepData.Settings(), default).OrHang()).Complete);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileTheToolHangs_KillsItAndItsChildren()
    {
        using var stop = new CancellationTokenSource();
        Task<StreamReader> opening = await _program.AddHangingAsync("ab");
        Task<ToolResult> run = Runner(Path.Combine(_program.SearchPath, "ab")).RunAsync(SweepData.Settings(), stop.Token);
        using StreamReader pipe = await opening.OrHang();
        Assert.Equal("started", await pipe.ReadLineAsync().OrHang());

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.OrHang());
        Assert.Null(await pipe.ReadLineAsync().OrHang());
    }

    private static ExternalToolRunner Runner(string path) => new(new ApacheBench(), path, "1");
}
