using System.Diagnostics;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>Makes a process's system calls fail for as long as this is not disposed: <c>strace -e inject</c>.</summary>
internal sealed class FaultInjector : IAsyncDisposable
{
    private readonly Process _strace;

    private FaultInjector(Process strace) => _strace = strace;

    /// <param name="processId">With all its threads.</param>
    /// <param name="call">The system call.</param>
    /// <param name="fault">As strace has it: <c>error=EMFILE</c>, <c>error=ENOSPC:when=1..3</c>.</param>
    public static async Task<FaultInjector> StartAsync(int processId, string call, string fault)
    {
        Tools.SkipUnlessPresent("strace");
        var strace = Process.Start(new ProcessStartInfo("strace", ["-f", "-p", $"{processId}", "-e", $"trace={call}", "-e", $"inject={call}:{fault}", "-o", "/dev/null"])
        {
            RedirectStandardError = true,
        })!;
        while (await strace.StandardError.ReadLineAsync().OrHang() is { } line)
        {
            if (line.Contains(" attached", StringComparison.Ordinal))
            {
                return new FaultInjector(strace);
            }

            Assert.SkipWhen(line.Contains("Operation not permitted", StringComparison.Ordinal), line);
        }

        throw new InvalidOperationException($"strace ended with {strace.ExitCode}.");
    }

    /// <summary>The calls go through again.</summary>
    public async ValueTask DisposeAsync()
    {
        Signals.Send(_strace.Id, ServerProcess.SigTerm);
        await _strace.StandardError.ReadToEndAsync().OrHang();
        await _strace.WaitForExitAsync().OrHang();
        _strace.Dispose();
    }
}
