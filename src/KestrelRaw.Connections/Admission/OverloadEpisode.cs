namespace KestrelRaw.Connections.Admission;

/// <summary>One overload of an endpoint's queue. Guarded by the admission's lock.</summary>
/// <param name="since">When it began.</param>
/// <param name="isNews">It is worth a line in the log, and so is its end.</param>
internal sealed class OverloadEpisode(DateTimeOffset since, bool isNews)
{
    public DateTimeOffset Since => since;

    public bool IsNews => isNews;

    /// <summary>Those that have left meanwhile because they had waited too long.</summary>
    public int Expired { get; set; }
}
