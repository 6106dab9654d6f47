using System.Globalization;
using LoadClient.Reporting;
using Spectre.Console;

namespace LoadClient.Sweeps;

/// <summary>The sweep on standard output: one table, grouped by the number of connections.</summary>
internal static class SweepTable
{
    /// <summary>Wider than any row, so that a file or a pipe gets each row as one line.</summary>
    private const int WidthOfFile = 10_000;

    /// <summary>The figures, the borders and a narrow note. On a narrower terminal a line runs over rather than losing figures.</summary>
    private const int LeastBesideTarget = 122;

    private const string Nothing = "-";

    private static readonly string[] Numbers = ["c", "Requests/s", "Efficiency", "p50 ms", "p99 ms", "max ms", "Failed"];

    /// <param name="output">Where to.</param>
    /// <param name="report">What.</param>
    /// <param name="isTerminal">False: plain text, a line a row, however long.</param>
    /// <param name="isColoured">False also on a terminal when NO_COLOR is set.</param>
    public static void Write(TextWriter output, SweepReport report, bool isTerminal, bool isColoured)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && isColoured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        int least = LeastBesideTarget + report.Rows.Select(row => row.Target.Length).DefaultIfEmpty().Max();
        console.Profile.Width = isTerminal ? Math.Max(console.Profile.Width, least) : WidthOfFile;
        console.WriteLine(Heading(report));
        console.Write(Table(report, isTerminal ? TableBorder.Square : TableBorder.Ascii, isTerminal && isColoured));
        if (report.Rows.Any(IsTheirs))
        {
            console.WriteLine("* As that tool counts and measures; ab gives whole milliseconds.");
        }
    }

    private static Table Table(SweepReport report, TableBorder border, bool isColoured)
    {
        Table table = new Table { Border = border }
            .AddColumn("Target", column => column.NoWrap())
            .AddColumn("Tool", column => column.NoWrap())
            .AddColumns([.. Numbers.Select(name => new TableColumn(name).RightAligned().NoWrap())])
            .AddColumn("Note");
        int? group = null;
        foreach (SweepRow row in report.Rows)
        {
            if (group is not null && group != row.Connections)
            {
                table.AddEmptyRow();
            }

            group = row.Connections;
            table.AddRow(Cells(row).Select(cell => new Text(cell, isColoured ? StyleOf(row) : Style.Plain)));
        }

        return table;
    }

    private static IEnumerable<string> Cells(SweepRow row) =>
    [
        row.Target,
        IsTheirs(row) ? $"{row.Tool} *" : row.Tool,
        Format(row.Connections, "0"),
        Format(row.Complete > 0 ? row.RequestsPerSecond : null, "0.0"),
        Format(row.Efficiency, "0.000"),
        Format(row.P50, "0.0"),
        Format(row.P99, "0.0"),
        Format(row.Max, "0.0"),
        Format(row.Complete > 0 ? row.Failed : null, "0"),
        row.Note,
    ];

    private static Style StyleOf(SweepRow row) => row switch
    {
        { Failed: > 0 } or { Complete: 0 } => new Style(Color.Red),
        { IsPartial: true } => new Style(Color.Yellow),
        _ => Style.Plain,
    };

    private static bool IsTheirs(SweepRow row) => row.Tool != LoadClientTool.ToolName;

    private static string Heading(SweepReport report)
    {
        string bound = report.Requests is { } requests ? $"{requests} connections" : $"{report.DurationSeconds} s";
        string delay = report.ExpectDelaySeconds is { } seconds ? $"; the server's work takes {seconds} s" : "";
        string partial = report.IsPartial ? "; stopped before its end" : "";
        return $"{bound} each run{delay}{partial}";
    }

    private static string Format(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Nothing;
}
