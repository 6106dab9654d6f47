namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>What many clients saw.</summary>
internal sealed class Sightings(IEnumerable<Seen> seen)
{
    private readonly Dictionary<Seen, int> _counts = seen.CountBy(each => each).ToDictionary();

    public int Total => _counts.Values.Sum();

    public int this[Seen seen] => _counts.GetValueOrDefault(seen);

    /// <summary><c>498 answered, 2 reset</c>.</summary>
    public override string ToString() => _counts.Count == 0
        ? "nothing"
        : string.Join(", ", _counts.OrderBy(each => each.Key).Select(each => $"{each.Value:N0} {Text(each.Key)}"));

    private static string Text(Seen seen) => seen switch
    {
        Seen.Answer => "answered",
        Seen.PartOfAnswer => "with a part of the answer",
        Seen.Closed => "closed",
        Seen.Reset => "reset",
        Seen.StillOpen => "left waiting",
        Seen.Left => "gone of their own accord",
        _ => "refused",
    };
}
