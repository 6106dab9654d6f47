using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>The tools that a sweep can run beside this program.</summary>
internal static class KnownTools
{
    public static IReadOnlyList<IExternalTool> All { get; } = [new ApacheBench(), new Bombardier()];

    /// <param name="text">Of <c>--with</c>: <c>ab,bombardier</c>.</param>
    public static Parsed<IReadOnlyList<IExternalTool>> Parse(string text)
    {
        var faults = new List<string>();
        var tools = new List<IExternalTool>();
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            IExternalTool? tool = All.FirstOrDefault(known => known.Name == name);
            if (tool is null)
            {
                faults.Add($"--with {text}: '{name}' is not known; the known tools are {string.Join(", ", All.Select(known => known.Name))}");
            }
            else if (tools.Contains(tool))
            {
                faults.Add($"--with {text}: {name} is given twice");
            }
            else
            {
                tools.Add(tool);
            }
        }

        return new(tools, faults);
    }
}
