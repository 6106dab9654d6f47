using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>A process that reads the server's standard output from a pipe and passes it on, until a test stops or ends it.</summary>
internal sealed partial class LogReader
{
    private readonly int _processId;

    private LogReader(int processId) => _processId = processId;

    /// <summary>A prefix that starts a server with such a reader.</summary>
    public static string[] Prefix => ["bash", "-c", "exec \"$@\" > >(echo \"Reader $BASHPID\"; exec cat)", "bash"];

    public static LogReader Of(KestrelRawServer server) =>
        new(int.Parse(Announcement().Match(server.Process.Output).Groups[1].Value, CultureInfo.InvariantCulture));

    public void Stop() => Signals.Send(_processId, ServerProcess.SigStop);

    public void Continue() => Signals.Send(_processId, ServerProcess.SigContinue);

    /// <summary>When the server has ended: as long as there is a reader, its output does not.</summary>
    public async Task EndAfterAsync(int server)
    {
        using Process process = Process.GetProcessById(server);
        await process.WaitForExitAsync();
        End();
    }

    public void End() => Signals.Send(_processId, ServerProcess.SigKill);

    [GeneratedRegex(@"Reader (\d+)")]
    private static partial Regex Announcement();
}
