using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadClient.Reporting;

/// <summary>The JSON report: <see cref="RunReport"/> as it stands.</summary>
internal static class JsonReport
{
    public static void Write(Stream output, RunReport report) => JsonSerializer.Serialize(output, report, JsonReportContext.Default.RunReport);

    /// <exception cref="JsonException">It is no report, or one of a newer schema version.</exception>
    public static RunReport Read(Stream input)
    {
        RunReport report = JsonSerializer.Deserialize(input, JsonReportContext.Default.RunReport) ?? throw new JsonException("null is no report.");
        return report.SchemaVersion == RunReport.CurrentSchemaVersion
            ? report
            : throw new JsonException($"schemaVersion is {report.SchemaVersion}; this program reads {RunReport.CurrentSchemaVersion}.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
