using System.Reflection;

namespace LoadClient.Reporting;

/// <summary>The version of this program.</summary>
internal static class ClientVersion
{
    /// <summary>As the project file states it, without the commit that a build may add.</summary>
    public static string Text { get; } =
        typeof(ClientVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
