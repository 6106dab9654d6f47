using System.Globalization;
using LoadClient.Targets;

namespace LoadClient.Sweeps;

/// <summary>The arguments that only a sweep has: several numbers of connections, several targets.</summary>
internal static class SweepArguments
{
    /// <param name="text">Of <c>-c</c>: <c>500,800,1000,1500</c>.</param>
    public static Parsed<IReadOnlyList<int>> ParseConnections(string text)
    {
        var faults = new List<string>();
        var connections = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value == 0)
            {
                faults.Add($"-c {text}: '{part}' is no positive whole number");
            }
            else if (connections.Contains(value))
            {
                faults.Add($"-c {text}: {value} is given twice");
            }
            else
            {
                connections.Add(value);
            }
        }

        return new(connections, faults);
    }

    /// <param name="arguments"><c>NAME=URL</c>, or a URL that is its own name.</param>
    /// <param name="parseUrl">The target, or what is wrong with it.</param>
    public static Parsed<IReadOnlyList<NamedTarget>> ParseTargets(IReadOnlyList<string> arguments, Func<string, (Target? Target, string? Fault)> parseUrl)
    {
        var faults = new List<string>();
        var targets = new List<NamedTarget>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (arguments.Count == 0)
        {
            faults.Add("sweep: no target is given; a target is NAME=URL or a URL");
        }

        foreach (string argument in arguments)
        {
            (string name, string url) = Split(argument);
            if (name.Length == 0)
            {
                faults.Add($"{argument}: there is no name before '='");
            }
            else if (!names.Add(name))
            {
                faults.Add($"{argument}: the name {name} is given twice");
            }

            (Target? target, string? fault) = parseUrl(url);
            if (target is null)
            {
                faults.Add($"{argument}: {fault}");
            }
            else
            {
                targets.Add(new(name, target));
            }
        }

        return new(targets, faults);
    }

    /// <summary>A '=' may also stand in a URL's query; a name has neither a colon nor a slash before it.</summary>
    private static (string Name, string Url) Split(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 || argument.AsSpan(0, equals).ContainsAny(':', '/')
            ? (argument, argument)
            : (argument[..equals].Trim(), argument[(equals + 1)..].Trim());
    }
}
