using System.Globalization;
using System.Text;

namespace KestrelRaw.Configuration;

/// <summary>Something that keeps the server from starting, said so that a person can mend it.</summary>
/// <param name="Subject">The key, or whatever else is at fault.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
internal sealed record Fault(string Subject, string Message)
{
    /// <summary>Of each of the two; both quote what somebody has written.</summary>
    private const int LongestText = 1000;

    private const int Beginning = 500;
    private const int End = 400;

    /// <summary>One line, whatever is quoted in it.</summary>
    public override string ToString() => $"{Show(Subject)}: {Show(Message)}";

    /// <summary>The end of a message says what is allowed, so what is too long loses its middle.</summary>
    private static string Show(string text) => Escape(
        text.Length <= LongestText ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text[..Beginning]} ... ({text.Length - Beginning - End:N0} characters) ... {text[^End..]}"));

    /// <summary>As in JSON. Else a value could forge a line, or tell the terminal what to do.</summary>
    private static string Escape(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            _ = character switch
            {
                '\n' => line.Append(@"\n"),
                '\r' => line.Append(@"\r"),
                '\t' => line.Append(@"\t"),
                _ when IsShown(character) => line.Append(character),
                _ => line.Append(CultureInfo.InvariantCulture, $@"\u{(int)character:x4}"),
            };
        }

        return line.ToString();
    }

    private static bool IsShown(char character) => char.GetUnicodeCategory(character)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
