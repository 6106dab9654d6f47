using LoadClient.Reporting.Html;

namespace LoadClient.Tests.Reporting.Html;

public sealed class MarkupTests
{
    [Fact]
    public void Hole_Text_IsEncoded()
    {
        const string Hostile = """<script a='1' b="2">&</script>""";
        Markup markup = $"<p>{Hostile}</p>";
        Assert.Equal("<p>&lt;script a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;&lt;/script&gt;</p>", markup.ToString());
    }

    [Fact]
    public void Hole_Markup_StaysAsItIs()
    {
        Markup[] items = [$"<li>{"<"}</li>", $"<li>{1234.5:N1}</li>"];
        Markup list = $"<ul>{items}</ul>{Markup.Trusted("<hr>")}";
        Assert.Equal("<ul><li>&lt;</li><li>1,234.5</li></ul><hr>", list.ToString());
    }

    [Fact]
    public void Hole_Null_IsEmpty()
    {
        Markup markup = $"<p>{(string?)null}</p>";
        Assert.Equal("<p></p>", markup.ToString());
    }
}
