namespace LoadClient.ExternalTools;

/// <summary>How a program ended and what it printed.</summary>
internal sealed record ToolOutput(int ExitCode, string Output, string Error)
{
    private const int LongestLine = 200;

    /// <summary>Its last word: the last line on standard error, else on standard output (bombardier complains there); fit for a note.</summary>
    public string LastLine => LastOf(Error) ?? LastOf(Output) ?? "it printed nothing";

    private static string? LastOf(string text)
    {
        string? line = text.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0);

        // Somebody else's bytes: no control character may reach the terminal.
        return line is null ? null : string.Concat(line.Take(LongestLine).Select(character => char.IsControl(character) ? ' ' : character));
    }
}
