namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>Cases that need the processors for themselves, or leave no other its share; one after the other, when the rest is done.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
