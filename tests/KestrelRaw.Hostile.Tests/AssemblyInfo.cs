// One case at a time: each measures a server that has the machine to itself, as far as the other test programs let it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
