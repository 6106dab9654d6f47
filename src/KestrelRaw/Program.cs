using System.CommandLine;
using KestrelRaw.Commands;
using KestrelRaw.Logging;

StandardStreams.LeaveOutTheMissing();

// The host has its own answer to SIGTERM and SIGINT: a drain, which takes longer than the library's two seconds.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };

// No file's content in place of @FILE: it would be no part of what a fault can name.
var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
return await CommandLineParser.Create().Parse(args, parser).InvokeAsync(invocation);
