namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>A request that somebody sends who hopes for a mistake.</summary>
/// <param name="Request">Its bytes, as Latin-1.</param>
/// <param name="Statuses">What it may be answered; 0 is a close without an HTTP/1 response.</param>
/// <param name="Page">With 200: the path whose content it must be; null for a change.</param>
internal sealed record Trick(string Request, int[] Statuses, string? Page = null)
{
    private const string Pools = "/api/pools";
    private const string Token = "right";

    private static readonly string[] Targets =
    [
        "//api/pools", "/api//pools", "/api/pools%00", "/api\0/pools", "/%c0%ae%c0%ae/api/pools", "/%c0%af", "/api/pools;x", "/api/pools%3bx", "/..%2f..%2fetc/passwd",
        "/..%5c..%5cetc%5cpasswd", @"\..\x", "/%2e%2e%2f", "/%ZZ", "/%", "/\xff\xfe", "/.git/config", "/appsettings.json", "/live.html", "/card.js/..%2flive.js", "/healthz", "*",
        "http://evil.example/api/pools", "https:/api/pools", "localhost:80", "/api/live/../../../../../../etc/passwd", new string('/', 2000), "/" + new string('a', 9000), "?", "",
    ];

    private static readonly string[] Methods = ["CONNECT", "TRACE", "DELETE", "POST", "PATCH", "OPTIONS", "PROPFIND", "G\0T", new string('M', 3000)];

    private static readonly string[] Lines =
    [
        "GET /\r\n", "GET / HTTP/0.9\r\n\r\n", "GET / HTTP/1.2\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET\r\n\r\n", " \r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX y: 1\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: ev\xc3\xafl\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
        "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + new string('x', 160), "SSH-2.0-OpenSSH_9.9\r\n", "*1\r\n$4\r\nPING\r\n", new string('\0', 100), new string('\xff', 20_000),
    ];

    private static readonly string[] Bodies =
    [
        "", "null", "5", "\"x\"", "[1]", "{}", "{\"size\":true}", "{\"size\":1e400}", "{\"size\":1.5}", "{\"size\":-1}", "{\"size\":99999999999999999999}", "{\"size\":\"\\ud800\"}", "{\"\\ud800\":1}",
        "{\"size\":1,\"\\ud800\":1,\"\\ud800\":2}", "{\"\xed\xa0\x80\":1}", "{\"size\":\"\xff\"}", "\xff\xfe{", "{\"size\":1,\"size\":2}", "{\"size\":1} x", "{\"size\":1}//", new string('[', 1000),
        string.Concat(Enumerable.Repeat("{\"size\":", 100)), "{\"size\":\"" + new string('9', 900) + "\"}",
    ];

    private static readonly string[] Chunks = ["fffffffffffffffff\r\n", "-1\r\n", "g\r\n", "1\r\nab\r\n", "5\r\n{", "0\r\n\0\r\n", "400\r\n" + new string(' ', 1024) + "\r\n1\r\n \r\n0\r\n\r\n", new string('0', 5000)];

    private static readonly string[] Authorizations =
    [
        "", "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "Authorization: Bearer wrong\r\n", "Authorization: Bearer Right\r\n", "Authorization: Bearer right right\r\n", "Authorization: Basic cmlnaHQ=\r\n",
        $"Authorization: right\r\n", "Authorization: Bearer right\r\nAuthorization: Bearer right\r\n", $"Authorization: Bearer {new string('x', 20_000)}\r\n", "Proxy-Authorization: Bearer right\r\n",
    ];

    /// <summary>What the server is started with.</summary>
    public static string[] Arguments => [$"--KestrelRaw:Admin:Token={Token}"];

    public static IEnumerable<Trick> All =>
    [
        .. Targets.Select(target => Get(target, 0, 400, 404, 405, 414)),
        Get("/../api/pools", Pools), Get("/%2e%2e/api/pools", Pools), Get("/healthz/live/../../api/pools", Pools), Get("/./api/./pools", Pools), Get("/api/pools?../../x", Pools), Get("/API/POOLS", Pools),
        Get("http://localhost/api/pools", Pools), Get("/api/%70ools", Pools),
        new($"get {Pools} HTTP/1.1\r\n{AdminExchange.Headers}", [200], Pools),
        .. Methods.Select(method => new Trick($"{method} /api/pools HTTP/1.1\r\n{AdminExchange.Headers}", [400, 404, 405])),
        .. Lines.Select(line => new Trick(line, [0, 400, 414, 421, 431, 505])),
        .. Bodies.Select(body => new Trick(AdminExchange.Put("neighbor", body, Token), [400])),
        .. Chunks.Select(chunks => new Trick($"PUT /api/pools/neighbor HTTP/1.1\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer {Token}\r\n{AdminExchange.Headers}{chunks}", [0, 400, 408, 413])),
        .. Authorizations.Select(authorization => new Trick($"PUT /api/pools/neighbor HTTP/1.1\r\nContent-Length: 10\r\n{authorization}{AdminExchange.Headers}{{\"size\":1}}", [401])),
        new(AdminExchange.Put("neighbor", new string(' ', 1025), Token), [413]),
        new(AdminExchange.Put("neighbor", "{}", Token).Replace("Content-Length: 2", "Content-Length: 10000000", StringComparison.Ordinal), [413]),
        .. new[] { "nobody", "%00", "neighbor%00", "%ff", "%ed%a0%80", "..", "neighbor%2f..", "", "neighbor/x", new string('n', 5000) }
            .Select(pool => new Trick(AdminExchange.Put(pool, "{\"size\":1}", Token), [400, 404, 405])),
        .. new[] { "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0x7f000001.", "localhost@evil.example", "", "a,localhost", new string('h', 7000) }
            .Select(host => new Trick($"GET {Pools} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", host.Length == 0 ? [200, 400] : [400, 421], Pools)),
        new($"GET / HTTP/1.1\r\nX: {new string('x', 40_000)}\r\n{AdminExchange.Headers}", [431]),
        new($"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 150).Select(number => $"X{number}: 1\r\n"))}{AdminExchange.Headers}", [431]),
        new($"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;version=zz;q=zz,,;;=,*/*;q=9{new string(',', 5000)}\r\n{AdminExchange.Headers}", [200, 400], "/metrics"),
        new($"GET {Pools} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nHost: localhost\r\n\r\n", [200], Pools),
        new($"GET {Pools} HTTP/1.1\r\nExpect: 100-continue\r\nRange: bytes=-1\r\nIf-None-Match: *\r\nTE: trailers\r\nX-Forwarded-For: 127.0.0.1\r\nX-Original-URL: /metrics\r\n{AdminExchange.Headers}", [200], Pools),
    ];

    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Request.Length > 100 ? Request[..100] + "..." : Request);

    private static Trick Get(string target, params int[] statuses) => new($"GET {target} HTTP/1.1\r\n{AdminExchange.Headers}", statuses);

    private static Trick Get(string target, string page) => Get(target, [200]) with { Page = page };
}
