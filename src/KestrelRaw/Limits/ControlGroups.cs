namespace KestrelRaw.Limits;

/// <summary>
/// The control groups that this process is in, of version 1 and 2, as far up as they can be seen from here. In a container
/// that is mostly its own group alone.
/// </summary>
internal sealed class ControlGroups(SystemFiles files)
{
    /// <summary>The lowest limit of a controller: a group can't give what one above it doesn't have.</summary>
    /// <param name="controller">Its name: <c>memory</c>, <c>cpu</c>, <c>pids</c>.</param>
    /// <param name="read">Reads the limit in a group's directory; null where there is none.</param>
    public double? Lowest(string controller, Func<string, double?> read) => Directories(controller).Select(read).Min();

    private IEnumerable<string> Directories(string controller) =>
        from mount in Mounts()
        where mount.Has(controller)
        from own in OwnGroups()
        where mount.IsVersion2 ? own.Controllers.Length == 0 : own.Controllers.Split(',').Contains(controller)
        from directory in FromGroupUp(mount, own.Path)
        select directory;

    /// <summary>From the group's own directory up to the mount. Where a directory is not to be seen, the next one may be.</summary>
    private static IEnumerable<string> FromGroupUp(Mount mount, string path)
    {
        string below = mount.Below(path);
        while (below.Length > 0)
        {
            yield return mount.Point + below;
            below = below[..below.LastIndexOf('/')];
        }

        yield return mount.Point;
    }

    /// <summary>Lines as <c>4:memory:/a/b</c>, or <c>0::/a/b</c> in version 2.</summary>
    private IEnumerable<(string Controllers, string Path)> OwnGroups() =>
        from line in files.ReadLines("/proc/self/cgroup")
        let parts = line.Split(':', 3)
        where parts.Length == 3
        select (parts[1], parts[2]);

    /// <summary>Lines as <c>36 25 0:31 /root /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory</c>.</summary>
    private IEnumerable<Mount> Mounts() =>
        from line in files.ReadLines("/proc/self/mountinfo")
        let halves = line.Split(" - ", 2)
        where halves.Length == 2
        let place = halves[0].Split(' ')
        let kind = halves[1].Split(' ')
        where place.Length >= 5 && kind.Length >= 3 && kind[0] is "cgroup" or "cgroup2"
        select new Mount(kind[0] == "cgroup2", place[3], place[4], kind[2].Split(','));

    private sealed record Mount(bool IsVersion2, string Root, string Point, string[] Options)
    {
        public bool Has(string controller) => IsVersion2 || Options.Contains(controller);

        /// <summary>
        /// The group's path as it goes on from the mount. A group that is not below the mount's root is seen through a
        /// namespace or a bind mount: the mount itself is the nearest to it.
        /// </summary>
        public string Below(string path)
        {
            string root = Root.TrimEnd('/');
            bool isBelow = path.StartsWith(root + "/", StringComparison.Ordinal) && !path.Contains("/..", StringComparison.Ordinal);
            return isBelow ? path[root.Length..].TrimEnd('/') : "";
        }
    }
}
