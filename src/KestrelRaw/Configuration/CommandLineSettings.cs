namespace KestrelRaw.Configuration;

/// <summary>The part of the command line that is configuration: <c>--KestrelRaw:Key=value</c> or <c>--KestrelRaw:Key value</c>.</summary>
internal static class CommandLineSettings
{
    private static readonly string[] Sections = ["KestrelRaw", "Serilog"];

    /// <returns>The settings as <c>--Key=value</c>. What is none is a fault: the configuration library would pass over it in silence.</returns>
    public static List<string> Parse(IReadOnlyList<string> arguments, List<Fault> faults)
    {
        var settings = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!Sections.Any(section => argument.StartsWith($"--{section}:", StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add(new Fault(argument, "is no command and no setting; a setting looks like --KestrelRaw:Endpoints:pool:Pool:Size=2 (see --help)"));
            }
            else if (argument.Contains('='))
            {
                settings.Add(argument);
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.Add($"{argument}={arguments[++i]}");
            }
            else
            {
                faults.Add(new Fault(argument, "has no value; write --KEY=VALUE"));
            }
        }

        return settings;
    }
}
