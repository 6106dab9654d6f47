using System.CommandLine;

// The engine has an issue of its own; until then the program says so instead of pretending.
var root = new RootCommand("LoadClient hammers a raw TCP server as ab does. This version has no load engine yet: use ab, hey, wrk or bombardier.");
root.SetAction(_ =>
{
    Console.Error.WriteLine("LoadClient: there is no load engine in this version; use ab, hey, wrk or bombardier.");
    return 2;
});
return root.Parse(args).Invoke();
