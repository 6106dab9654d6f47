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

    /// <exception cref="InvalidDataException">A line is not of the format; the message says which.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static IEnumerable<LoggedInterval> Read(string path)
    {
        using var input = new StreamReader(path);
        double? startTime = null;
        double? baseTime = null;
        for (int number = 1; input.ReadLine() is { } line; number++)
        {
            if (Header().Match(line) is { Success: true } header)
            {
                double seconds = Seconds(header.Groups["seconds"], number);
                startTime = header.Groups["name"].Value == "StartTime" ? seconds : startTime;
                baseTime = header.Groups["name"].Value == "BaseTime" ? seconds : baseTime;
            }
            else if (!line.StartsWith('#') && !line.StartsWith('"') && line.Length > 0)
            {
                Match columns = Columns().Match(line);
                if (!columns.Success)
                {
                    throw new InvalidDataException($"line {number} is not of an HdrHistogram log");
                }

                double start = Seconds(columns.Groups["start"], number);
                double origin = baseTime ?? (startTime is { } run && start < run - YearSeconds ? run : 0);
                yield return Parse(columns, origin + start, number);
            }
        }
    }

    private static LoggedInterval Parse(Match columns, double start, int number)
    {
        try
        {
            return new LoggedInterval(start, Seconds(columns.Groups["length"], number), HistogramPayload.Decode(columns.Groups["payload"].Value));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"line {number}: {exception.Message}", exception);
        }
    }

    private static double Seconds(Group group, int number) =>
        double.TryParse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && double.IsFinite(seconds)
            ? seconds
            : throw new InvalidDataException($"line {number}: '{group.Value}' is no number of seconds");

    [GeneratedRegex(@"^#\[(?<name>StartTime|BaseTime): (?<seconds>[^ \]]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^(Tag=[^,]*,)?(?<start>[^,]*),(?<length>[^,]*),[^,]*,(?<payload>[^,]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Columns();
}
