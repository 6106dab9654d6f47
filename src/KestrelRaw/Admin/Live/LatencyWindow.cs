using HdrHistogram;

namespace KestrelRaw.Admin.Live;

/// <summary>
/// The percentiles of the last minute: a ring of five-second histograms, so what is seen reaches back 60 to 65 s.
/// Recording is safe from any thread, takes no lock and, but for the first time, allocates nothing; everything else is for
/// one thread. An endpoint that nobody calls costs nothing.
/// </summary>
internal sealed class LatencyWindow
{
    /// <summary>Units of 10 us and three digits up to ten minutes: 17,408 counts of four bytes, 16 times: 1.1 MB.</summary>
    private const int UnitsPerSecond = 100_000;

    private const int SignificantDigits = 3;
    private const int ClosedSlices = 12;
    private const long Highest = 600L * UnitsPerSecond;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    private readonly IntHistogram?[] _slices = new IntHistogram?[ClosedSlices + 1];
    private Recorder? _recorder;
    private IntHistogram? _window;
    private HistogramBase? _interval;
    private long _slice;

    /// <summary>How many the last minute has.</summary>
    public long Count => _window?.TotalCount ?? 0;

    /// <param name="seconds">Beyond ten minutes it counts as ten minutes.</param>
    public void Record(double seconds) =>
        LazyInitializer.EnsureInitialized(ref _recorder, CreateRecorder).RecordValue((long)Math.Clamp(seconds * UnitsPerSecond, 0, Highest));

    /// <summary>Takes in what was recorded since the last call, and forgets what is too old.</summary>
    /// <param name="elapsed">Monotonic time; call it about once a second.</param>
    public void Advance(TimeSpan elapsed)
    {
        Turn(elapsed.Ticks / Slice.Ticks);
        if (Volatile.Read(ref _recorder) is not { } recorder)
        {
            return;
        }

        _interval = recorder.GetIntervalHistogram(_interval);
        if (_interval.TotalCount > 0)
        {
            (_slices[_slice % _slices.Length] ??= CreateHistogram()).Add(_interval);
            (_window ??= CreateHistogram()).Add(_interval);
        }
    }

    /// <summary>Seconds; null when nothing was recorded.</summary>
    public double? GetPercentile(double percentile) =>
        _window is { TotalCount: > 0 } window ? (double)window.GetValueAtPercentile(percentile) / UnitsPerSecond : null;

    private static Recorder CreateRecorder() =>
        new(1, Highest, SignificantDigits, static (id, lowest, highest, digits) => new IntConcurrentHistogram(id, lowest, highest, digits));

    private static IntHistogram CreateHistogram() => new(1, Highest, SignificantDigits);

    private void Turn(long slice)
    {
        if (slice == _slice)
        {
            return;
        }

        // A process that was stopped for a while may have missed some, or all.
        for (long missed = Math.Max(_slice + 1, slice - ClosedSlices); missed <= slice; missed++)
        {
            _slices[missed % _slices.Length]?.Reset();
        }

        _slice = slice;
        _window?.Reset();
        foreach (IntHistogram? kept in _slices)
        {
            if (kept is { TotalCount: > 0 })
            {
                _window!.Add(kept);
            }
        }
    }
}
