using System.Globalization;
using KestrelRaw.TestHelpers;
using KestrelRaw.Hostile.Tests.Runs;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>A control group of the test's own with one limit, of version 1 or 2, whichever the machine has.</summary>
internal sealed class ControlGroup : IAsyncDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _directory;
    private readonly bool _isVersion2;

    private ControlGroup(string directory, bool isVersion2) => (_directory, _isVersion2) = (directory, isVersion2);

    /// <summary>A prefix that starts a server inside.</summary>
    public string[] Prefix => ["bash", "-c", "echo $$ > \"$0\"; exec \"$@\"", Path.Combine(_directory, "cgroup.procs")];

    /// <summary>Processes that the kernel has killed because the memory's limit was reached.</summary>
    public int MemoryKills => int.Parse(
        File.ReadLines(Path.Combine(_directory, _isVersion2 ? "memory.events" : "memory.oom_control"))
            .Single(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))["oom_kill ".Length..],
        CultureInfo.InvariantCulture);

    /// <summary>The most memory that was in use.</summary>
    public int PeakMegabytes =>
        File.Exists(Path.Combine(_directory, PeakFile)) ? (int)(long.Parse(File.ReadAllText(Path.Combine(_directory, PeakFile)), CultureInfo.InvariantCulture) >> 20) : -1;

    private string PeakFile => _isVersion2 ? "memory.peak" : "memory.max_usage_in_bytes";

    public static ControlGroup WithMemory(int megabytes) => Create("memory", version2 => [(version2 ? "memory.max" : "memory.limit_in_bytes", $"{(long)megabytes << 20}")]);

    public static ControlGroup WithThreads(int count) => Create("pids", _ => [("pids.max", $"{count}")]);

    /// <param name="percent">Of one processor.</param>
    public static ControlGroup WithProcessor(int percent) => Create("cpu", version2 => version2
        ? [("cpu.max", $"{percent}000 100000")]
        : [("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", $"{percent}000")]);

    /// <summary>Moves a process in, with all its threads.</summary>
    public void Add(int processId) => File.WriteAllText(Path.Combine(_directory, "cgroup.procs"), $"{processId}");

    /// <summary>Lets those inside have all the processor time that there is.</summary>
    public void FreeProcessor() =>
        File.WriteAllText(Path.Combine(_directory, _isVersion2 ? "cpu.max" : "cpu.cfs_quota_us"), _isVersion2 ? "max 100000" : "-1");

    /// <summary>When those inside have ended.</summary>
    public async ValueTask DisposeAsync() => await Poll.UntilAsync(() => Task.FromResult(IsGone()), Until.Patience);

    /// <summary>Skips the test where nobody lets us.</summary>
    private static ControlGroup Create(string controller, Func<bool, (string File, string Value)[]> limits)
    {
        bool isVersion2 = !Directory.Exists(Path.Combine(Root, controller));
        string parent = isVersion2 ? Root : Path.Combine(Root, controller);
        string directory = Path.Combine(parent, $"kestrelraw-{Guid.NewGuid():N}");
        try
        {
            if (isVersion2)
            {
                File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), $"+{controller}");
            }

            Directory.CreateDirectory(directory);
            foreach ((string file, string value) in limits(isVersion2))
            {
                File.WriteAllText(Path.Combine(directory, file), value);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"No control group for {controller} can be made here: {error.Message}");
        }

        return new ControlGroup(directory, isVersion2);
    }

    private bool IsGone()
    {
        try
        {
            Directory.Delete(_directory);
            return true;
        }
        catch (IOException)
        {
            // The last process in it is about to end.
            return false;
        }
    }
}
