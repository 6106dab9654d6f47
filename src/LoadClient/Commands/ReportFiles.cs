using System.CommandLine;
using LoadClient.Faults;
using LoadClient.Reporting;

namespace LoadClient.Commands;

/// <summary>The files that a report of one kind goes to: opened before the run, written after it.</summary>
internal sealed class ReportFiles<TReport> : IDisposable
{
    private readonly List<(FileStream File, Action<Stream, TReport> Write)> _files = [];

    /// <exception cref="ReportFileException">The file can't be written.</exception>
    public void Add(string path, Action<Stream, TReport> write) => _files.Add((ReportFile.Open(path), write));

    /// <exception cref="ReportFileException">The file can't be written.</exception>
    public void AddText(string path, Action<TextWriter, TReport> write) => Add(path, (stream, report) =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        write(writer, report);
    });

    /// <summary>Writes all of them; one that fails does not keep the others from being written.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="faults">Gets what could not be written.</param>
    public void Write(TReport report, List<Fault> faults)
    {
        foreach ((FileStream file, Action<Stream, TReport> write) in _files)
        {
            ReportFiles.Try(file.Name, faults, () =>
            {
                ReportFile.Clear(file);
                write(file, report);
                file.Flush();
            });
        }
    }

    public void Dispose() => _files.ForEach(report => report.File.Dispose());
}

/// <summary>What all kinds have in common.</summary>
internal static class ReportFiles
{
    /// <summary>Opens the file that an option names, if it does.</summary>
    public static void Open(ParseResult result, Option<string?> option, List<Fault> faults, Action<string> open)
    {
        if (result.GetValue(option) is { } path)
        {
            Try(option.Name, faults, () => open(path));
        }
    }

    /// <summary>What the file system refuses becomes a fault.</summary>
    public static void Try(string subject, List<Fault> faults, Action write)
    {
        try
        {
            write();
        }
        catch (IOException exception)
        {
            faults.Add(new Fault(subject, exception.Message));
        }
    }
}
