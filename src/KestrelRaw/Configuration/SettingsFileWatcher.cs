namespace KestrelRaw.Configuration;

/// <summary>
/// Says when the files of <see cref="ConfigurationSources"/> have new content, shortly after they were saved. Watches
/// their directory and nothing below it, so that files that are replaced and links that are turned elsewhere are seen
/// as well as files that are written.
/// </summary>
internal sealed class SettingsFileWatcher : IDisposable
{
    /// <summary>Long enough for the several events of one save, short enough that a person sees no wait.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    /// <summary>How long content that can't be used must stay before it is reported: it may be half of a save.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(250);

    private static readonly Fault Gone = new("configuration", "a file is gone");

    private readonly string[] _paths;
    private readonly Func<IReadOnlyList<Fault>> _load;
    private readonly Action<IReadOnlyList<Fault>> _report;
    private readonly TimeProvider _timeProvider;
    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private string[] _present = [];
    private string _known = "";
    private string? _suspect;
    private long _suspectSince;
    private bool _isArmed;
    private bool _isDisposed;

    /// <summary>Looks at the files at once: they may have changed since the start.</summary>
    /// <param name="directory">Where the files are.</param>
    /// <param name="load">Takes the settings over, or answers why that can't be.</param>
    /// <param name="report">Is given the faults of content that stays.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="IOException">The system has no watch to give (<c>fs.inotify.max_user_instances</c>).</exception>
    public SettingsFileWatcher(string directory, Func<IReadOnlyList<Fault>> load, Action<IReadOnlyList<Fault>> report, TimeProvider timeProvider)
    {
        _paths = [.. ConfigurationSources.FileNames.Select(name => Path.Combine(directory, name))];
        _load = load;
        _report = report;
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static state => ((SettingsFileWatcher)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watcher = new FileSystemWatcher(directory);
        _watcher.Changed += (_, _) => Arm(Quiet);
        _watcher.Created += (_, _) => Arm(Quiet);
        _watcher.Deleted += (_, _) => Arm(Quiet);
        _watcher.Renamed += (_, _) => Arm(Quiet);
        _watcher.Error += (_, _) => Arm(Quiet);
        try
        {
            _watcher.EnableRaisingEvents = true;
        }
        catch
        {
            _watcher.Dispose();
            _timer.Dispose();
            throw;
        }

        Arm(TimeSpan.Zero);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Arm(TimeSpan wait)
    {
        lock (_lock)
        {
            // Not pushed back by further events: a directory where something is written all the time must not hide a save.
            if (!_isArmed && !_isDisposed)
            {
                _isArmed = true;
                _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Check()
    {
        lock (_lock)
        {
            _isArmed = false;
            if (_isDisposed)
            {
                return;
            }

            string content = Read();
            if (content == _known)
            {
                return;
            }

            // A file that is gone for a moment is being replaced; the rest of the configuration could well be valid.
            bool isSettled = IsSettled(content);
            IReadOnlyList<Fault> faults = isSettled || _present.All(File.Exists) ? _load() : [Gone];
            if (faults.Count > 0 && !isSettled)
            {
                Arm(Settled - _timeProvider.GetElapsedTime(_suspectSince));
                return;
            }

            _known = content;
            _suspect = null;
            _present = [.. _paths.Where(File.Exists)];
            if (faults.Count > 0)
            {
                _report(faults);
            }
        }
    }

    /// <summary>The content has stood for a while.</summary>
    private bool IsSettled(string content)
    {
        if (content != _suspect)
        {
            _suspect = content;
            _suspectSince = _timeProvider.GetTimestamp();
        }

        return _timeProvider.GetElapsedTime(_suspectSince) >= Settled;
    }

    /// <summary>All that the files hold; a file that is gone or can't be read just now holds nothing.</summary>
    private string Read() => string.Join('\0', _paths.Select(static path =>
    {
        try
        {
            return ConfigurationSources.IsTooLarge(path, out long bytes) ? $"{bytes} {File.GetLastWriteTimeUtc(path).Ticks}" : File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.GetType().Name;
        }
    }));
}
