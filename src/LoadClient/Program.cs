using LoadClient.Commands;

return await CommandLine.RunAsync(args);
