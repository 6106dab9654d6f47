using System.Text;
using LoadClient.Responses;

namespace LoadClient.Tests.Responses;

public sealed class TextMatcherTests
{
    [Theory]
    [InlineData("World", "Hello World!", true)]
    [InlineData("World", "World", true)]
    [InlineData("World", "Hello Worl", false)]
    [InlineData("World", "", false)]
    [InlineData("aab", "aaab", true)]
    [InlineData("abab", "abacabab", true)]
    [InlineData("ababaca", "abababaca", true)]
    [InlineData("ababaca", "ababababa", false)]
    [InlineData("ö", "schön", true)]
    public void Read_CutAtEveryPosition_IsTheSame(string text, string stream, bool isFound)
    {
        var matcher = new TextMatcher(Encoding.UTF8.GetBytes(text));
        byte[] bytes = Encoding.UTF8.GetBytes(stream);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            int state = matcher.Read(matcher.Read(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.Equal(isFound, matcher.IsFound(state));
        }
    }

    /// <summary>Two letters make the most of the text's own repetitions, which is where the algorithm can be wrong.</summary>
    [Fact]
    public void Read_RandomTextsOfTwoLetters_FindsWhatAPlainSearchFinds()
    {
        var random = new Random(4);
        for (int round = 0; round < 20_000; round++)
        {
            string text = Letters(random, random.Next(1, 8));
            string stream = Letters(random, random.Next(0, 30));
            var matcher = new TextMatcher(Encoding.ASCII.GetBytes(text));
            int cut = random.Next(0, stream.Length + 1);
            int state = matcher.Read(matcher.Read(0, Encoding.ASCII.GetBytes(stream[..cut])), Encoding.ASCII.GetBytes(stream[cut..]));
            Assert.True(matcher.IsFound(state) == stream.Contains(text, StringComparison.Ordinal), $"'{text}' in '{stream}'");
        }
    }

    private static string Letters(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(2) == 0 ? 'a' : 'b'));
}
