using System.ComponentModel;
using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>Finds tools on PATH and makes sure that they are what their name says.</summary>
internal sealed class ToolLocator(string searchPath, TimeProvider timeProvider)
{
    /// <summary>Nothing needs so long to print its version; another program of the name may wait for a player.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Parsed<IReadOnlyList<ISweepTool>>> LocateAsync(IReadOnlyList<IExternalTool> tools, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var located = new List<ISweepTool>();
        foreach (IExternalTool tool in tools)
        {
            if (Find(tool.Name) is not { } path)
            {
                faults.Add($"--with {tool.Name}: there is no {tool.Name} on PATH");
                continue;
            }

            (string? version, string last) = await ReadVersionAsync(tool, path, cancellationToken);
            if (version is null)
            {
                faults.Add($"--with {tool.Name}: {path} is not the load tester ({tool.VersionArgument}: {last})");
                continue;
            }

            located.Add(new ExternalToolRunner(tool, path, version));
        }

        return new(located, faults);
    }

    private string? Find(string name) =>
        searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private async Task<(string? Version, string LastLine)> ReadVersionAsync(IExternalTool tool, string path, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            ToolOutput output = await ToolProcess.RunAsync(path, [tool.VersionArgument], either.Token);

            // bombardier prints its version on standard error.
            return (tool.FindVersion(output.Output) ?? tool.FindVersion(output.Error), output.LastLine);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"it had not ended after {Patience.TotalSeconds} s");
        }
        catch (Win32Exception exception)
        {
            return (null, exception.Message);
        }
    }
}
