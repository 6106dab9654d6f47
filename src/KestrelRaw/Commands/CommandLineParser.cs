using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using KestrelRaw.Configuration;

namespace KestrelRaw.Commands;

/// <summary>The commands of the program.</summary>
internal static class CommandLineParser
{
    public static RootCommand Create()
    {
        var check = new Command("check", "Validate the configuration and print the effective one.") { TreatUnmatchedTokensAsErrors = false };
        check.SetAction(result => CheckCommand.Run(result.UnmatchedTokens, Console.Out, Console.Error));

        var healthCheck = new Command("healthcheck", "Ask the running server whether it is ready.") { TreatUnmatchedTokensAsErrors = false };
        healthCheck.SetAction((result, cancellationToken) => HealthCheckCommand.RunAsync(result.UnmatchedTokens, Console.Out, Console.Error, cancellationToken));

        var schema = new Command("schema", "Print the JSON schema of appsettings.json.");
        schema.SetAction(_ => Console.Out.Write(SettingsSchema.Create()));

        var documents = new Option<string>("--documents");
        var seed = new Command("seed", "Fill the MongoDB collections that the endpoints read from.") { TreatUnmatchedTokensAsErrors = false };
        seed.Options.Add(documents);
        seed.SetAction((result, cancellationToken) => SeedCommand.RunAsync(result.GetValue(documents), result.UnmatchedTokens, Console.Out, Console.Error, cancellationToken));

        var root = new RootCommand("A raw TCP server on Kestrel.") { TreatUnmatchedTokensAsErrors = false };
        root.Subcommands.Add(check);
        root.Subcommands.Add(healthCheck);
        root.Subcommands.Add(schema);
        root.Subcommands.Add(seed);
        root.Options.OfType<HelpOption>().Single().Action = new PrintHelp();
        root.SetAction((result, cancellationToken) => ServeCommand.RunAsync(result.UnmatchedTokens, Console.Error, cancellationToken));
        return root;
    }

    private sealed class PrintHelp : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            HelpText.Print(Console.Out);
            return ExitCode.Done;
        }
    }
}
