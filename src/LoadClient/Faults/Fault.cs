namespace LoadClient.Faults;

/// <summary>Something that keeps a command from running, said so that a person can mend it.</summary>
/// <param name="Subject">The option, the file, or whatever else is at fault.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
internal sealed record Fault(string Subject, string Message)
{
    public override string ToString() => $"{Subject}: {Message}";
}
