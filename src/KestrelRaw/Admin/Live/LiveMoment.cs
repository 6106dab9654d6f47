namespace KestrelRaw.Admin.Live;

/// <summary>All that a stream needs at one moment, as JSON. It does not lead to the next one, so a stream that hangs keeps one alive and not a chain.</summary>
/// <param name="Server">The latest <see cref="LiveServer"/>.</param>
/// <param name="History">The samples kept, oldest first.</param>
/// <param name="Passed">Done when there is a newer moment.</param>
internal sealed record LiveMoment(string Server, IReadOnlyList<string> History, Task Passed);
