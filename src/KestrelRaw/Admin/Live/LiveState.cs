namespace KestrelRaw.Admin.Live;

/// <param name="State"><c>ready</c>, <c>draining</c> or <c>not ready</c>.</param>
/// <param name="Reasons">Why it is not ready, for people.</param>
internal sealed record LiveState(string State, IReadOnlyList<string> Reasons);
