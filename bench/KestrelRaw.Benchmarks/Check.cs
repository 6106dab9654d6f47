namespace KestrelRaw.Benchmarks;

/// <summary>What is measured must also have happened: a benchmark that fails here gets no row in the table.</summary>
internal static class Check
{
    public static void That(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
