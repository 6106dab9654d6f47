using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadClient.Reporting;

/// <summary>The JSON report: <see cref="RunReport"/> as it stands.</summary>
internal static class JsonReport
{
    public static void Write(Stream output, RunReport report) => JsonSerializer.Serialize(output, report, JsonReportContext.Default.RunReport);

    /// <exception cref="JsonException">It is no report, or one of another schema version.</exception>
    public static RunReport Read(Stream input)
    {
        using var document = JsonDocument.Parse(input);

        // First of all: a report of another version may lack members, and that is not what its reader must be told.
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("schemaVersion", out JsonElement version)
            || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out int number))
        {
            throw new JsonException("it is no report of LoadClient: it has no schemaVersion.");
        }

        return number == RunReport.CurrentSchemaVersion
            ? root.Deserialize(JsonReportContext.Default.RunReport)!
            : throw new JsonException($"its schemaVersion is {number}; this program reads {RunReport.CurrentSchemaVersion}.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
