namespace KestrelRaw.Connections.Pools;

/// <summary>
/// All of a pool that an acquire or a release has to look at, in one word, so that one compare-and-swap decides: from
/// the low end 30 bits for the slots in use, 32 for the size (plus one; 0 is unlimited), one for "watched" and one for
/// "paused".
/// </summary>
internal readonly record struct PoolState(long Word)
{
    private const int InUseBits = 30;
    private const long InUseMask = (1L << InUseBits) - 1;
    private const long SizeMask = uint.MaxValue;
    private const long Watched = 1L << 62;
    private const long Paused = 1L << 63;

    public int InUse => (int)(Word & InUseMask);

    /// <summary>Null is unlimited.</summary>
    public int? Size => SizePlusOne == 0 ? null : (int)(SizePlusOne - 1);

    /// <summary>Somebody waits for a change, or slots are counted by client: every change must be made under the pool's lock.</summary>
    public bool IsWatched => (Word & Watched) != 0;

    public bool IsPaused => (Word & Paused) != 0;

    /// <summary>A slot could be taken. Tells nothing of those who wait for one.</summary>
    public bool HasRoom => !IsPaused && !IsFull;

    public bool IsFull => SizePlusOne != 0 && InUse >= SizePlusOne - 1;

    /// <summary>A slot could be taken now or later, as far as can be known.</summary>
    public bool IsOpen => !IsPaused && SizePlusOne != 1;

    private long SizePlusOne => (Word >> InUseBits) & SizeMask;

    public PoolState WithOneMore() => new(Word + 1);

    public PoolState WithOneLess() => new(Word - 1);

    public PoolState WithSize(int? size) =>
        new((Word & ~(SizeMask << InUseBits)) | ((size is { } count ? count + 1L : 0) << InUseBits));

    public PoolState WithWatched(bool isWatched) => new(isWatched ? Word | Watched : Word & ~Watched);

    public PoolState WithPaused(bool isPaused) => new(isPaused ? Word | Paused : Word & ~Paused);
}
