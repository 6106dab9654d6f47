using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using LoadClient.Merging;
using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class JsonReportTests
{
    [Fact]
    public void Read_WrittenReport_IsTheSame()
    {
        byte[] written = Write(RunReports.Full);
        RunReport read = JsonReport.Read(new MemoryStream(written));
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(Write(read)));
        Assert.Equal(RunReports.Full.Settings with { Sources = [] }, read.Settings with { Sources = [] });
        Assert.Equal(RunReports.Full.Counts, read.Counts);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "no schemaVersion")]
    [InlineData("[1]", "no schemaVersion")]
    [InlineData("{}", "no schemaVersion")]
    [InlineData("""{ "schemaVersion": "1" }""", "no schemaVersion")]
    [InlineData("""{ "schemaVersion": 2 }""", "schemaVersion is 2; this program reads 1")]
    [InlineData("""{ "schemaVersion": 1 }""", "required")]
    public void Read_NoReport_SaysWhy(string content, string expected)
    {
        JsonException exception = Assert.ThrowsAny<JsonException>(() => JsonReport.Read(new MemoryStream(Encoding.UTF8.GetBytes(content))));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(RunReport))]
    [InlineData(typeof(MergeReport))]
    public void Documentation_EveryMember_IsMentioned(Type root)
    {
        string page = File.ReadAllText(Path.Combine(FindRepository(), "docs", "loadclient-report.md"));
        string[] members = [.. Members(root, []).Distinct()];
        Assert.Contains("schemaVersion", members);
        Assert.All(members, member => Assert.Contains($"`{member}`", page, StringComparison.Ordinal));
    }

    private static byte[] Write(RunReport report)
    {
        using var output = new MemoryStream();
        JsonReport.Write(output, report);
        return output.ToArray();
    }

    /// <summary>The JSON names of a record's members and of those of the records in it.</summary>
    private static IEnumerable<string> Members(Type type, HashSet<Type> seen)
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            yield return JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            Type inner = property.PropertyType;
            inner = inner.IsAssignableTo(typeof(IEnumerable)) && inner.IsGenericType ? inner.GetGenericArguments()[^1] : inner;
            if (inner.Assembly == typeof(RunReport).Assembly && seen.Add(inner))
            {
                foreach (string member in Members(inner, seen))
                {
                    yield return member;
                }
            }
        }
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Kestrel.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Kestrel.sln is in none of the folders above the tests.");
        }

        return directory.FullName;
    }
}
