namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>One thing that a client does.</summary>
internal abstract record FuzzStep;

internal sealed record SendStep(byte[] Bytes) : FuzzStep
{
    public override string ToString() => $"send {Bytes.Length}";
}

/// <summary>An out-of-band byte.</summary>
internal sealed record UrgentStep(byte Byte) : FuzzStep
{
    public override string ToString() => "urgent";
}

internal sealed record PauseStep(TimeSpan Time) : FuzzStep
{
    public override string ToString() => $"pause {Time.TotalMilliseconds} ms";
}

internal sealed record HalfCloseStep : FuzzStep
{
    public override string ToString() => "half-close";
}

internal sealed record ResetStep : FuzzStep
{
    public override string ToString() => "reset";
}
