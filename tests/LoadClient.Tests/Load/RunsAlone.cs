namespace LoadClient.Tests.Load;

/// <summary>
/// Tests that run the engine, or processes, do so one at a time: on two processors they would disturb each other's times, and
/// a process that is being started holds copies of all descriptors for a moment.
/// </summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
