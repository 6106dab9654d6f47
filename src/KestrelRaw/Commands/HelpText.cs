using KestrelRaw.Configuration;

namespace KestrelRaw.Commands;

/// <summary><c>--help</c>: usage, every key with its default, three examples.</summary>
internal static class HelpText
{
    public static void Print(TextWriter output)
    {
        output.WriteLine(
            """
            KestrelRaw: a raw TCP server on Kestrel that answers each connection after a fixed wait, or after a read from MongoDB.

            Usage:
              KestrelRaw [--KestrelRaw:KEY=VALUE ...]         serve until SIGTERM or SIGINT, then drain
              KestrelRaw check [--KestrelRaw:KEY=VALUE ...]   validate the configuration and print the effective one
              KestrelRaw healthcheck [--KestrelRaw:KEY=VALUE ...]   ask the server that runs with it: 0 ready, 1 not
              KestrelRaw seed --documents N [--KestrelRaw:KEY=VALUE ...]   fill the MongoDB collections that the endpoints
                                                              read from with the documents "1" to "N"
              KestrelRaw schema                               print the JSON schema of appsettings.json
              KestrelRaw --help | --version

            Configuration, the strongest last: appsettings.json (in the working directory, else beside the program),
            environment variables (KestrelRaw__Endpoints__pool__Pool__Size=2), command line. Durations are 500ms, 2s, 1m
            or 00:00:00.500. Keys marked (live) take effect while the server runs when a file is saved; a save with a fault in
            it changes nothing.

            Keys below KestrelRaw:
            """);
        Print(ServerKeys.All, output);
        output.WriteLine();
        output.WriteLine("Keys of each endpoint, below KestrelRaw:Endpoints:NAME:");
        Print(EndpointKeys.All, output);
        output.WriteLine(
            """

            Examples:
              KestrelRaw
                  what appsettings.json says: threads on 4444, async on 7777, a pool of 1000 on 7778
              KestrelRaw --KestrelRaw:Endpoints:pool:Pool:Size=2
                  the same with two slots in the pool
              KestrelRaw check --KestrelRaw:Endpoints:echo:Url=unix:/run/echo.sock
                  is that right, and what would run?

            Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration.
            """);
    }

    private static void Print(IReadOnlyList<Setting> settings, TextWriter output)
    {
        int width = settings.Max(setting => setting.Key.Length);
        foreach (Setting setting in settings)
        {
            string start = setting.IsRequired ? "required" : $"default {setting.DefaultText ?? "null"}";
            string live = setting.IsLive ? "  (live)" : "";
            output.WriteLine($"  {setting.Key.PadRight(width)}  {start}{live}");
            output.WriteLine($"  {"".PadRight(width)}    {setting.Description}");
        }
    }
}
