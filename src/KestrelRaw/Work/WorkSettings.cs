namespace KestrelRaw.Work;

/// <summary>What a connection waits for between its request and its response.</summary>
internal sealed record WorkSettings(WorkKind Kind, TimeSpan Delay);
