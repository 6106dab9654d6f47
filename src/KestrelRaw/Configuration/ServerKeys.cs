using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

/// <summary>The keys directly below <c>KestrelRaw</c>.</summary>
internal static class ServerKeys
{
    public const string Section = "KestrelRaw";

    public const string Endpoints = $"{Section}:Endpoints";

    public static readonly Setting<TransportChoice> Transport = new(
        "Transport", new ChoiceType<TransportChoice>(), nameof(TransportChoice.Auto),
        "how the kernel is asked, for the model Async: Kestrel's Sockets, or loops of our own around epoll, for Linux only; Auto takes the better one that there is");

    public static readonly Setting<TimeSpan> ShutdownTimeout = new(
        "ShutdownTimeout", new DurationType(TimeSpan.Zero), "00:00:30",
        "how long connections may go on after SIGTERM or SIGINT before they are aborted");

    public static readonly Setting<EndpointAddress?> AdminUrl = new(
        "Admin:Url", new HttpUrlType(), "http://127.0.0.1:9464",
        "where the live page, health, metrics and the pools' interface are; null turns them off");

    public static readonly Setting<string?> AdminToken = new(
        "Admin:Token", new TokenType(), null,
        "the bearer token that changes need; without one they are open on loopback and refused elsewhere")
    { IsSecret = true };

    public static readonly Setting<IReadOnlyList<string>> AdminAllowedHosts = new(
        "Admin:AllowedHosts", new HostNamesType(), null,
        "names by which the admin surface may be called besides IP addresses, localhost, this machine's name and that in Admin:Url");

    public static IReadOnlyList<Setting> All { get; } = [Transport, ShutdownTimeout, AdminUrl, AdminToken, AdminAllowedHosts];
}
