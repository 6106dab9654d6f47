namespace LoadClient.Reporting.Html;

/// <summary>What a reader must know before the figures.</summary>
internal static class RunBanners
{
    public static IEnumerable<Markup> All(RunReport report)
    {
        ThresholdReport[] broken = [.. report.Thresholds.Where(threshold => threshold.IsBroken)];
        if (broken.Length > 0)
        {
            yield return PageParts.Banner("bad", "A threshold is broken", broken.Select(threshold => (Markup)$"<code>{threshold.Expression}</code>: measured {threshold.Measured}"));
        }

        if (report.Counts.Failed > 0)
        {
            yield return PageParts.Banner(
                "bad",
                $"{Units.Count(report.Counts.Failed)} of {Units.Count(report.Counts.Complete)} connections failed",
                Occurred(report.Errors).Concat(Occurred(report.OtherErrors)));
        }

        if (report.IsPartial)
        {
            yield return PageParts.Banner(
                "warning",
                "Stopped early: these are the figures of what was done until then",
                (Markup)$"{Units.Count(report.Counts.Abandoned, "connection")} still under way, in no figure but this");
        }

        if (report.Client.Bottlenecks.Count > 0)
        {
            yield return PageParts.Banner("warning", "The client, not the server, was the limit", report.Client.Bottlenecks.Select(bottleneck => (Markup)$"{bottleneck}"));
        }
    }

    private static IEnumerable<Markup> Occurred(IReadOnlyDictionary<string, long> errors) =>
        errors.Where(error => error.Value > 0).Select(error => (Markup)$"{error.Key}: {Units.Count(error.Value)}");
}
