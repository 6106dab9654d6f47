using System.CommandLine;
using LoadClient.Commands;

// The engine has an issue of its own; until then the program says so instead of pretending.
var root = new RootCommand("LoadClient hammers a raw TCP server as ab does. This version has no load engine yet: use ab, hey, wrk or bombardier.")
{
    CompareCommand.Create(),
    MergeCommand.Create(),
};
root.SetAction(_ =>
{
    Console.Error.WriteLine("LoadClient: there is no load engine in this version; use ab, hey, wrk or bombardier.");
    return ExitCode.Usage;
});

// System.CommandLine answers 1 to wrong usage; here that is a run that failed.
ParseResult result = root.Parse(args);
int exitCode = result.Invoke();
return result.Errors.Count > 0 ? ExitCode.Usage : exitCode;
