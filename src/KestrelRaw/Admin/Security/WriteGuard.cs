using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace KestrelRaw.Admin.Security;

/// <summary>
/// Who may change something: whoever shows the token when there is one; anybody when there is none and only this machine
/// can ask; else nobody.
/// </summary>
internal sealed class WriteGuard(AdminListener listener) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    // Digests are equally long whatever is shown, so the time of the comparison says nothing, not even the token's length.
    private readonly byte[]? _token = listener.Settings.Token is { } token ? Digest(token) : null;

    private readonly bool _isLoopback = listener.Sockets.All(static socket => socket.LocalEndPoint is IPEndPoint endPoint && IPAddress.IsLoopback(endPoint.Address));

    public WriteAccess Access => _token is not null ? WriteAccess.Token : _isLoopback ? WriteAccess.Open : WriteAccess.Refused;

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (Access == WriteAccess.Refused)
        {
            return new(Results.Problem(
                "Changes are refused: this listener is not on loopback and has no Admin:Token.", statusCode: StatusCodes.Status403Forbidden));
        }

        if (_token is not null && !IsTokenIn(context.HttpContext.Request.Headers.Authorization))
        {
            context.HttpContext.Response.Headers.WWWAuthenticate = Scheme.TrimEnd();
            return new(Results.Problem(
                "A change needs the header \"Authorization: Bearer TOKEN\" with the value of Admin:Token.", statusCode: StatusCodes.Status401Unauthorized));
        }

        return next(context);
    }

    private bool IsTokenIn(string? authorization) =>
        authorization is not null
        && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Digest(authorization[Scheme.Length..].Trim()), _token);

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>What a change needs.</summary>
internal enum WriteAccess
{
    Open,
    Token,
    Refused,
}
