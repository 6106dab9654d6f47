using System.Text.Json;
using KestrelRaw.Configuration;
using Microsoft.AspNetCore.Http;

namespace KestrelRaw.Admin.Pools;

/// <summary>The body of a change: <c>{"size": N}</c>, and nothing else, so that a misspelt key is no silence.</summary>
internal static class PoolSizeBody
{
    private const string Size = "size";

    private static readonly string Allowed = $"must be {{\"{Size}\": N}}, where N is {EndpointKeys.PoolSize.Allowed}";

    // A key that is given twice has two values; nobody can mean that.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="body">The request's body.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <returns>The size, or what is wrong by key.</returns>
    /// <exception cref="BadHttpRequestException">The body is too large, or the client sends it too slowly.</exception>
    /// <exception cref="IOException">The body's framing is broken, or the client has gone.</exception>
    public static async Task<(int? Size, Dictionary<string, string[]> Faults)> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument json = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            return Read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is for text that is no Unicode; what reads it first says so.
            return (null, new() { ["body"] = [$"is not valid JSON ({exception.Message}); {Allowed}"] });
        }
    }

    private static (int? Size, Dictionary<string, string[]> Faults) Read(JsonElement root)
    {
        var faults = new Dictionary<string, string[]>();
        if (root.ValueKind != JsonValueKind.Object)
        {
            faults["body"] = [$"{root.GetRawText()} is not allowed; {Allowed}"];
            return (null, faults);
        }

        int? size = null;
        if (!root.TryGetProperty(Size, out JsonElement value))
        {
            faults[Size] = [$"is missing; {Allowed}"];
        }
        else if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Number) || !EndpointKeys.PoolSize.TryParse(value.ToString(), out size))
        {
            faults[Size] = [$"{value.GetRawText()} is not allowed; must be {EndpointKeys.PoolSize.Allowed}"];
        }

        foreach (JsonProperty unknown in root.EnumerateObject().Where(static property => property.Name != Size))
        {
            faults[unknown.Name] = [$"unknown key; {Allowed}"];
        }

        return (size, faults);
    }
}
