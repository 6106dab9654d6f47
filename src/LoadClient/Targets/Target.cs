using System.Net;

namespace LoadClient.Targets;

/// <summary>Where the connections go.</summary>
/// <param name="Url">As given: <c>tcp://host:port</c>, <c>http://host:port/path</c> or <c>unix:/path</c>.</param>
/// <param name="Kind">Which of the three.</param>
/// <param name="Host">Host name or address as given; <c>unix:/path</c> for a unix socket.</param>
/// <param name="Port">0 for a unix socket.</param>
/// <param name="Path">Of an HTTP request: with its query, at least <c>/</c>.</param>
/// <param name="EndPoint">The resolved address.</param>
internal sealed record Target(string Url, TargetKind Kind, string Host, int Port, string Path, EndPoint EndPoint);
