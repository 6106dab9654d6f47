using System.Threading.Channels;
using KestrelRaw.Configuration;

namespace KestrelRaw.Tests.Configuration;

public sealed class SettingsFileWatcherTests : IDisposable
{
    private static readonly Fault Bad = new("key", "is bad");

    private readonly string _directory = Directory.CreateTempSubdirectory("kestrelraw-").FullName;
    private readonly Channel<string> _loaded = Channel.CreateUnbounded<string>();
    private readonly Channel<IReadOnlyList<Fault>> _reported = Channel.CreateUnbounded<IReadOnlyList<Fault>>();
    private readonly SettingsFileWatcher _watcher;

    public SettingsFileWatcherTests()
    {
        File.WriteAllText(Settings, "at start");
        _watcher = new SettingsFileWatcher(_directory, Load, faults => _reported.Writer.TryWrite(faults), TimeProvider.System);
    }

    private string Settings => Path.Combine(_directory, "appsettings.json");

    public void Dispose()
    {
        _watcher.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Start_FilesAreThere_AreReadAtOnce() => await LoadedAsync("at start");

    [Fact]
    public async Task File_WrittenReplacedAndLinkedElsewhere_IsReadEachTime()
    {
        await LoadedAsync("at start");
        File.WriteAllText(Settings, "written");
        await LoadedAsync("written");

        string replacement = Path.Combine(_directory, "appsettings.json~");
        File.WriteAllText(replacement, "replaced");
        File.Move(replacement, Settings, overwrite: true);
        await LoadedAsync("replaced");

        // As a mounted ConfigMap changes: the file is a link to a link, and that is turned; the file is gone for a moment here.
        foreach (string version in new[] { "first", "second" })
        {
            Directory.CreateDirectory(Path.Combine(_directory, version));
            File.WriteAllText(Path.Combine(_directory, version, "appsettings.json"), version);
        }

        Directory.CreateSymbolicLink(Path.Combine(_directory, "data"), "first");
        File.Delete(Settings);
        File.CreateSymbolicLink(Settings, "data/appsettings.json");
        await LoadedAsync("first");
        Directory.Delete(Path.Combine(_directory, "data"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "data"), "second");
        await LoadedAsync("second");
    }

    [Fact]
    public async Task File_BadForAMoment_IsNotReported()
    {
        await LoadedAsync("at start");
        File.WriteAllText(Settings, "bad");
        await LoadedAsync("bad");
        File.WriteAllText(Settings, "good");
        await LoadedAsync("good");
        File.WriteAllText(Settings, "bad again");
        await ReportedAsync();
        Assert.False(_reported.Reader.TryRead(out _));
    }

    [Fact]
    public async Task File_BadAndThenAsBefore_IsReadAgain()
    {
        await LoadedAsync("at start");
        File.WriteAllText(Settings, "bad");
        await ReportedAsync();
        File.WriteAllText(Settings, "at start");
        await LoadedAsync("at start");
    }

    [Fact]
    public async Task OtherFiles_WrittenAllTheTime_HideNoSaveAndLoadNothing()
    {
        await LoadedAsync("at start");
        using var stop = new CancellationTokenSource();
        Task noise = Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllText(Path.Combine(_directory, "some.log"), $"{i}");
            }
        });
        File.WriteAllText(Settings, "written");
        await LoadedAsync("written");
        await stop.CancelAsync();
        await noise;
        Assert.False(_loaded.Reader.TryRead(out string? loaded), loaded);
    }

    private IReadOnlyList<Fault> Load()
    {
        string text = File.Exists(Settings) ? File.ReadAllText(Settings) : "";
        _loaded.Writer.TryWrite(text);
        return text.StartsWith("bad", StringComparison.Ordinal) || text.Length == 0 ? [Bad] : [];
    }

    /// <summary>A write is two steps, so a load of an empty file may come first.</summary>
    private async Task LoadedAsync(string text)
    {
        using var giveUp = new CancellationTokenSource(TestHelpers.Until.Patience);
        while (await _loaded.Reader.ReadAsync(giveUp.Token) != text)
        {
        }
    }

    private async Task ReportedAsync()
    {
        using var giveUp = new CancellationTokenSource(TestHelpers.Until.Patience);
        Assert.Equal([Bad], await _reported.Reader.ReadAsync(giveUp.Token));
    }
}
