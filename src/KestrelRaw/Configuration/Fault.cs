namespace KestrelRaw.Configuration;

/// <summary>Something that keeps the server from starting, said so that a person can mend it.</summary>
/// <param name="Subject">The key, or whatever else is at fault.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
internal sealed record Fault(string Subject, string Message)
{
    public override string ToString() => $"{Subject}: {Message}";
}
