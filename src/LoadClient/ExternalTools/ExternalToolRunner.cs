using System.ComponentModel;
using LoadClient.Load;
using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>Runs another load tester as part of a sweep. Whatever becomes of it is a row.</summary>
internal sealed class ExternalToolRunner(IExternalTool tool, string path, string version) : ISweepTool
{
    public string Name => tool.Name;

    public string Version => version;

    public string? WhyNot(LoadSettings settings) => tool.WhyNot(settings);

    public async Task<ToolResult> RunAsync(LoadSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            ToolOutput output = await ToolProcess.RunAsync(path, tool.Arguments(settings), cancellationToken);
            return output.ExitCode == 0 ? Parse(output, settings) : ToolResult.NotDone($"{Name} ended with exit code {output.ExitCode}: {output.LastLine}");
        }
        catch (Win32Exception exception)
        {
            return ToolResult.NotDone($"{path} can't be started: {exception.Message}");
        }
    }

    private ToolResult Parse(ToolOutput output, LoadSettings settings)
    {
        try
        {
            return tool.Parse(output.Output, settings);
        }
        catch (FormatException)
        {
            return ToolResult.NotDone($"{Name} ended with exit code 0, but printed no report: {output.LastLine}");
        }
    }
}
