namespace KestrelRaw.Responses;

/// <summary>Values of an endpoint's <c>Response:Preset</c>.</summary>
internal enum ResponsePreset
{
    Http,
    Article,
    ArticleGevent,
}
