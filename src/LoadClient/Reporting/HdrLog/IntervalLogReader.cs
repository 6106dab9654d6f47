using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadClient.Reporting.HdrLog;

/// <summary>
/// Reads HdrHistogram logs, line by line, of LoadClient and of other writers (a BaseTime, timestamps relative to the
/// StartTime, tags). Not with the package's reader: it does not say which line it can't read.
/// </summary>
internal static partial class IntervalLogReader
{
    /// <summary>The format's rule: without a BaseTime, a timestamp that lies more than a year before the StartTime is relative to it.</summary>
    private const double YearSeconds = 365 * 24 * 3600.0;

    /// <summary>The year 5138. A sum of two such times still is a date.</summary>
    private const double MostSeconds = 1e11;

    /// <exception cref="InvalidDataException">A line is not of the format; the message says which.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static IEnumerable<LoggedInterval> Read(string path)
    {
        using var input = new StreamReader(path);
        double? startTime = null;
        double? baseTime = null;
        for (int number = 1; input.ReadLine() is { } line; number++)
        {
            if (ParseNumbered(line, number, ref startTime, ref baseTime) is { } interval)
            {
                yield return interval;
            }
        }
    }

    private static LoggedInterval? ParseNumbered(string line, int number, ref double? startTime, ref double? baseTime)
    {
        try
        {
            return Parse(line, ref startTime, ref baseTime);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"line {number}: {exception.Message}", exception);
        }
    }

    /// <summary>The line's interval; null for a line that holds none.</summary>
    private static LoggedInterval? Parse(string line, ref double? startTime, ref double? baseTime)
    {
        if (Header().Match(line) is { Success: true } header)
        {
            ref double? time = ref header.Groups["name"].Value == "BaseTime" ? ref baseTime : ref startTime;
            time = Seconds(header.Groups["seconds"]);
            return null;
        }

        if (line.Length == 0 || line[0] is '#' or '"')
        {
            return null;
        }

        Match columns = Columns().Match(line);
        if (!columns.Success)
        {
            throw new InvalidDataException("it is not of an HdrHistogram log");
        }

        double start = Seconds(columns.Groups["start"]);
        double origin = baseTime ?? (startTime is { } run && start < run - YearSeconds ? run : 0);
        return new LoggedInterval(origin + start, Seconds(columns.Groups["length"]), HistogramPayload.Decode(columns.Groups["payload"].Value));
    }

    private static double Seconds(Group group) =>
        double.TryParse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < MostSeconds
            ? seconds
            : throw new InvalidDataException($"'{group.Value}' is no number of seconds");

    [GeneratedRegex(@"^#\[(?<name>StartTime|BaseTime): (?<seconds>[^ \]]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^(Tag=[^,]*,)?(?<start>[^,]*),(?<length>[^,]*),[^,]*,(?<payload>[^,]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Columns();
}
