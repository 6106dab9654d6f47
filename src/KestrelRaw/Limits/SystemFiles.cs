using System.Globalization;

namespace KestrelRaw.Limits;

/// <summary>The small files of /proc and /sys. What is missing, unreadable or odd is null: a start never fails for it.</summary>
/// <param name="root">The directory that they are looked for in.</param>
internal sealed class SystemFiles(string root = "/")
{
    /// <summary>Control groups v1 say "no limit" with the largest multiple of a page; no machine has half of it.</summary>
    private const long Endless = 1L << 62;

    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(Path.Join(root, path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> ReadLines(string path) => Read(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The words of the line that begins with <paramref name="label"/>, without it.</summary>
    public string[] ReadWords(string path, string label) =>
        ReadLines(path).FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal)) is { } line ? Words(line[label.Length..]) : [];

    public string[] ReadWords(string path) => Words(Read(path) ?? "");

    /// <summary>The number that the file holds; null also for one that stands for "no limit": <c>max</c>, -1.</summary>
    public long? ReadNumber(string path) => ParseNumber(Read(path));

    public static long? ParseNumber(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number) && number < Endless ? number : null;

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
