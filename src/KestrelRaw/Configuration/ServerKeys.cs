namespace KestrelRaw.Configuration;

/// <summary>The keys directly below <c>KestrelRaw</c>.</summary>
internal static class ServerKeys
{
    public const string Section = "KestrelRaw";

    public const string Endpoints = $"{Section}:Endpoints";

    public static readonly Setting<TransportChoice> Transport = new(
        "Transport", new ChoiceType<TransportChoice>(), nameof(TransportChoice.Auto),
        "how the kernel is asked; Auto takes the best there is, which is Kestrel's sockets");

    public static readonly Setting<TimeSpan> ShutdownTimeout = new(
        "ShutdownTimeout", new DurationType(TimeSpan.Zero), "00:00:30",
        "how long connections may go on after SIGTERM or SIGINT before they are aborted");

    public static readonly Setting<Uri?> AdminUrl = new(
        "Admin:Url", new HttpUrlType(), "http://127.0.0.1:9464",
        "the admin surface's own listener (not in this version yet: accepted and without effect)");

    public static readonly Setting<string?> AdminToken = new(
        "Admin:Token", new TextType("null or text"), null,
        "the bearer token that changes need (not in this version yet)")
    { IsSecret = true };

    public static IReadOnlyList<Setting> All { get; } = [Transport, ShutdownTimeout, AdminUrl, AdminToken];
}
