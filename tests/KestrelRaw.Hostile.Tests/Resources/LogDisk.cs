using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>A small disk with the server's log on it, which a test can fill up. What gets there is shown to the test as well.</summary>
internal sealed class LogDisk : IAsyncDisposable
{
    private readonly string _directory;

    private LogDisk(string directory) => _directory = directory;

    /// <summary>A prefix that starts a server with its standard output in a file on the disk.</summary>
    public string[] Prefix => ["bash", "-c", "touch \"$0\"; tail --pid=$$ -s 0.1 -n +1 -f \"$0\" & exec \"$@\" >> \"$0\"", Path.Combine(_directory, "log")];

    private string Filler => Path.Combine(_directory, "filler");

    /// <summary>Skips the test where nobody may mount.</summary>
    public static async Task<LogDisk> MountAsync()
    {
        string directory = Directory.CreateTempSubdirectory("kestrelraw-disk-").FullName;
        (int exitCode, string output) = await Tools.RunAsync("mount", $"-t tmpfs -o size=4m kestrelraw {directory}");
        Assert.SkipUnless(exitCode == 0, $"No disk can be mounted here: {output}");
        return new LogDisk(directory);
    }

    /// <summary>Not a byte is left.</summary>
    public void FillUp()
    {
        byte[] page = new byte[4096];
        using FileStream filler = new(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        // Lazily: whoever showed the log may still have it open.
        await Tools.RunAsync("umount", $"--lazy {_directory}");
        Directory.Delete(_directory);
    }
}
