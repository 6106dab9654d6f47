using System.Runtime.CompilerServices;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>
/// Gives the instruments of one collection the same counts. .NET asks one instrument after the other, on one thread,
/// while connections come and go; what they answer is to add up all the same. So the first to be asked takes the counts,
/// and the others of its collection, on its thread, see what it took.
/// </summary>
internal sealed class CollectedCounts(Func<IReadOnlyList<EndpointCounts>> read, TimeProvider timeProvider)
{
    /// <summary>A collection takes milliseconds. What is older is from one that did not ask for every instrument.</summary>
    private static readonly TimeSpan LongestCollection = TimeSpan.FromSeconds(1);

    private readonly ConditionalWeakTable<Thread, Collection> _collections = [];

    /// <param name="instrument">Who asks. Asking again begins the next collection.</param>
    public IReadOnlyList<EndpointCounts> For(string instrument)
    {
        Collection collection = _collections.GetOrCreateValue(Thread.CurrentThread);
        if (!collection.Asked.Add(instrument) || collection.Start is not { } start || timeProvider.GetElapsedTime(start) > LongestCollection)
        {
            collection.Asked.Clear();
            collection.Asked.Add(instrument);
            collection.Start = timeProvider.GetTimestamp();
            collection.Counts = read();
        }

        return collection.Counts;
    }

    private sealed class Collection
    {
        public HashSet<string> Asked { get; } = [];

        /// <summary>Null is never.</summary>
        public long? Start { get; set; }

        public IReadOnlyList<EndpointCounts> Counts { get; set; } = [];
    }
}

/// <summary>What one endpoint had counted.</summary>
internal readonly record struct EndpointCounts(string Endpoint, ConnectionCounts Counts);
