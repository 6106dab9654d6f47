using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using LoadClient.Faults;
using LoadClient.Kernel;

namespace LoadClient.Commands;

/// <summary>Parses the command line and runs what it asks for.</summary>
internal static class CommandLine
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        RootCommand root = RunCommand.Create();
        root.Subcommands.Add(SweepCommand.Create());
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(MergeCommand.Create());
        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0 && result.Action is not HelpAction)
        {
            return FaultReport.Print([.. result.Errors.Select(error => new Fault("command line", error.Message))], Console.Error);
        }

        if (!OperatingSystem.IsLinux())
        {
            return FaultReport.Print([new Fault("system", "LoadClient's loops use epoll: it runs on Linux only.")], Console.Error);
        }

        // A shell without job control starts a command with & ignoring SIGINT, and the runtime would leave it at that.
        Signals.Unignore(Signals.Interrupt);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop.Token);

        // The first signal ends the run with a report; the second has the system's own effect.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
