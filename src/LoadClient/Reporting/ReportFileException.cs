namespace LoadClient.Reporting;

/// <summary>A report's file that can't be written; the message names it as the user did.</summary>
internal sealed class ReportFileException(string path, Exception cause) : IOException($"{path}: {cause.Message}", cause)
{
    public string Path { get; } = path;
}
