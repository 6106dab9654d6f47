using LoadClient.Load;
using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>Another load tester: how it is called and what it prints.</summary>
internal interface IExternalTool
{
    /// <summary>The program's name on PATH.</summary>
    string Name { get; }

    /// <summary>Make it print its version and end.</summary>
    string VersionArgument { get; }

    /// <summary>The line that names the version; null when the output is that of another program of the same name.</summary>
    string? FindVersion(string output);

    /// <summary>Why it can't do the run; null: it can.</summary>
    string? WhyNot(LoadSettings settings);

    IReadOnlyList<string> Arguments(LoadSettings settings);

    /// <exception cref="FormatException">It is not what the tool prints after a run.</exception>
    ToolResult Parse(string output, LoadSettings settings);
}
