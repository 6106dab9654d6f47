namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>What no client may see, whatever it did.</summary>
internal static class FuzzOracle
{
    /// <returns>What is wrong, or null.</returns>
    public static string? FindFault(FuzzPlan plan, FuzzTerms terms, FuzzSighting sighting)
    {
        int whole = terms.ResponseBytes;
        string? fault = sighting switch
        {
            { End: FuzzEnd.WrongByte } => $"a wrong byte after {sighting.Length}",
            { End: FuzzEnd.StillOpen } => $"left waiting after {sighting.Length} bytes",
            { End: FuzzEnd.Refused } => "refused",

            // A FIN says: that was all.
            { End: FuzzEnd.EndOfFile, Length: > 0 } when sighting.Length < whole => $"{sighting.Length} of {whole} bytes, and then a FIN as if that were all",
            _ when terms.Promise(plan) && (sighting.Length < whole || (whole == 0 && sighting.End != FuzzEnd.EndOfFile)) => $"{sighting.Length} of {whole} bytes, and then {sighting.End}",
            _ => null,
        };
        return fault is null ? null : $"{fault} ({plan})";
    }
}
