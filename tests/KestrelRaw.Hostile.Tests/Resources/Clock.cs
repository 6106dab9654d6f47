namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>A wall clock for one process, which a test can step: libfaketime. The machine's own is left alone.</summary>
internal sealed class Clock : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public Clock() => Step(TimeSpan.Zero);

    /// <summary>A prefix that starts a server with this clock. Skips the test where the library is not installed.</summary>
    public string[] Prefix =>
    [
        "env", $"LD_PRELOAD={Library()}", $"FAKETIME_TIMESTAMP_FILE={_file}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
    ];

    /// <summary>It is wrong by this much from now on.</summary>
    public void Step(TimeSpan offset)
    {
        string next = _file + ".next";
        File.WriteAllText(next, $"{offset.TotalSeconds:+0;-0;+0}");
        File.Move(next, _file, overwrite: true);
    }

    public void Dispose() => File.Delete(_file);

    private static string Library()
    {
        string? library = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(directory => Path.Combine(directory, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(library is null, "libfaketime is not installed.");
        return library!;
    }
}
