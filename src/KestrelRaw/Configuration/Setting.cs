using System.Text.Json.Nodes;

namespace KestrelRaw.Configuration;

/// <summary>
/// One key of appsettings.json. These descriptions are the only place that knows the keys: reading, validation, the
/// help, the output of <c>check</c> and appsettings.schema.json all come from them.
/// </summary>
internal abstract class Setting(string key, string? defaultText, string description)
{
    /// <summary>The key below its section, with colons: <c>Timeouts:FirstByte</c>.</summary>
    public string Key => key;

    /// <summary>The default as a user would write it; null is JSON's null.</summary>
    public string? DefaultText => defaultText;

    public string Description => description;

    /// <summary>There is no default: the user must say.</summary>
    public bool IsRequired { get; init; }

    /// <summary>A new value takes effect while the server runs, when the file is saved; else at the next start.</summary>
    public bool IsLive { get; init; }

    /// <summary>The value must not be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Completes the sentence "must be ...".</summary>
    public abstract string Allowed { get; }

    public abstract JsonObject Schema { get; }
}

/// <inheritdoc />
internal sealed class Setting<T>(string key, SettingType<T> type, string? defaultText, string description)
    : Setting(key, defaultText, description)
{
    public override string Allowed => type.Allowed;

    public override JsonObject Schema => type.Schema;

    public T Default => type.TryParse(DefaultText, out T value)
        ? value
        : throw new InvalidOperationException($"The default of {Key} is not {Allowed}.");

    public bool TryParse(string? text, out T value) => type.TryParse(text, out value);
}
