using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KestrelRaw.Configuration;

/// <summary>appsettings.schema.json, made from the settings' descriptions.</summary>
internal static class SettingsSchema
{
    // The file is no HTML: < and + may stand as they are.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Create()
    {
        JsonObject endpoint = Section(EndpointKeys.All);
        JsonObject server = Section(ServerKeys.All);
        server["properties"]!["Endpoints"] = new JsonObject
        {
            ["description"] = "the endpoints, by name",
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = OptionalNameType.Pattern },
            ["additionalProperties"] = endpoint,
        };
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "KestrelRaw's appsettings.json",
            ["type"] = "object",
            ["properties"] = new JsonObject { [ServerKeys.Section] = server },
        };
        return root.ToJsonString(Indented) + "\n";
    }

    /// <summary>Keys with colons become nested objects.</summary>
    private static JsonObject Section(IReadOnlyList<Setting> settings)
    {
        JsonObject section = NewObject();
        foreach (Setting setting in settings)
        {
            JsonObject parent = section;
            string[] path = setting.Key.Split(':');
            foreach (string name in path[..^1])
            {
                JsonNode properties = parent["properties"]!;
                properties[name] ??= NewObject();
                parent = properties[name]!.AsObject();
            }

            parent["properties"]![path[^1]] = Describe(setting);
        }

        return section;
    }

    private static JsonObject Describe(Setting setting)
    {
        JsonObject schema = setting.Schema;
        schema["description"] = setting.Description;
        if (!setting.IsRequired)
        {
            schema["default"] = DefaultOf(setting);
        }

        return schema;
    }

    private static JsonNode? DefaultOf(Setting setting) => setting switch
    {
        { DefaultText: null } => null,
        Setting<bool> or Setting<int> or Setting<int?> => JsonNode.Parse(setting.DefaultText),
        _ => setting.DefaultText,
    };

    private static JsonObject NewObject() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(),
    };
}
