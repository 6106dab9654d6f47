using System.CommandLine;
using KestrelRaw.Commands;
using KestrelRaw.Logging;

StandardStreams.LeaveOutTheMissing();

// The host has its own answer to SIGTERM and SIGINT: a drain, which takes longer than the library's two seconds.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await CommandLineParser.Create().Parse(args).InvokeAsync(invocation);
