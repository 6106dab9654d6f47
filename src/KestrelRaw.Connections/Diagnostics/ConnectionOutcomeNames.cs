using System.Collections.Immutable;
using System.Text.Json;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>The names of the outcomes in logs and metric tags: <c>first_byte_timeout</c> for <see cref="ConnectionOutcome.FirstByteTimeout"/>.</summary>
public static class ConnectionOutcomeNames
{
    private static readonly ImmutableArray<ConnectionOutcome> AllOutcomes = [.. Enum.GetValues<ConnectionOutcome>()];

    private static readonly string[] Names =
        [.. AllOutcomes.Select(outcome => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()))];

    /// <summary>All outcomes, in the order of their values.</summary>
    public static ImmutableArray<ConnectionOutcome> All => AllOutcomes;

    /// <summary>The outcome's name in snake case.</summary>
    /// <exception cref="IndexOutOfRangeException"><paramref name="outcome"/> is no member of the enumeration.</exception>
    public static string ToName(this ConnectionOutcome outcome) => Names[(int)outcome];
}
