using System.Diagnostics;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Work.MongoDb;

// Stands for Work/MongoDb in a program that is compiled ahead of time. No endpoint gets past the first of its members.

internal static class MongoDbRegistration
{
    public static string? LeftOut => "MongoDB's driver can't be compiled ahead of time; run the program as dotnet publish makes it without PublishAot";

    public static void Add(IServiceCollection services, IReadOnlyList<BoundEndpoint> endpoints) => throw new UnreachableException();

    public static void Connect(IReadOnlyList<BoundEndpoint> endpoints, IServiceProvider services) => throw new UnreachableException();
}

internal static class MongoDbUrl
{
    public static string? FindFault(string text, out string? database) => throw new UnreachableException();
}

internal static class DocumentSeeder
{
    public static Task<string?> SeedAsync(MongoDbSettings settings, int count, Action<int> progress, CancellationToken cancellationToken) => throw new UnreachableException();
}
