namespace LoadClient.Reporting;

/// <summary>Opening and writing the files that a user asked for.</summary>
internal static class ReportFile
{
    /// <summary>
    /// Creates the file, or opens it as it is: until <see cref="Clear"/> the last report is not lost if the run does not
    /// come to its end. Without a buffer, which every writer brings itself: closing it then writes nothing and can't fail.
    /// </summary>
    /// <exception cref="ReportFileException">It can't be written.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (IsFileFault(exception))
        {
            throw new ReportFileException(path, exception);
        }
    }

    /// <summary>Empties the file before it is written; a pipe or a device has nothing to empty.</summary>
    public static void Clear(FileStream file)
    {
        if (file.CanSeek && file.Length > 0)
        {
            file.SetLength(0);
        }
    }

    /// <summary>True for what the file system answers to a path or a write, as opposed to a mistake of the program's.</summary>
    public static bool IsFileFault(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
