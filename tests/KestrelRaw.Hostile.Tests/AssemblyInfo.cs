// Most cases wait for timeouts most of the time: four at once. bench/reliability.sh, which measures, takes one at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 4)]
