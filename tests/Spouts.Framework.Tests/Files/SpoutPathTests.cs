namespace Spouts.Tests.Files;

public sealed class SpoutPathTests
{
    [Theory]
    [InlineData("a", "/a")]
    [InlineData("/a/b.txt", "/a/b.txt")]
    [InlineData("//a///b/", "/a/b")]
    [InlineData("/a b/~c,d=e:f;g%h$i#j&k'l-m", "/a b/~c,d=e:f;g%h$i#j&k'l-m")]
    public void A_path_gets_the_form_in_which_Pachyderm_keeps_it(string given, string kept) =>
        Assert.Equal(kept, SpoutPath.Normalize(given));

    [Theory]
    [InlineData("", "names no file")]
    [InlineData("///", "names no file")]
    [InlineData("/a/../b", "'..'")]
    [InlineData("./a", "'.'")]
    [InlineData("/me@home", "'@'")]
    [InlineData("/12:00+01", "'+'")]
    [InlineData("/grün", "U+00FC")]
    [InlineData("/a\tb", "U+0009")]
    [InlineData("/a\\b", "backslash")]
    public void A_path_that_Pachyderm_would_refuse_is_refused_with_the_reason(string given, string reason)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => SpoutPath.Normalize(given));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain-1.txt")]
    [InlineData("me@example.org")]
    [InlineData("2026-11-22T10:00:00+01:00")]
    [InlineData("a/b")]
    [InlineData("grün 100%")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("日本")]
    public void Any_text_can_be_encoded_as_one_element_and_decoded_again(string text)
    {
        string element = SpoutPath.Encode(text);

        Assert.Equal($"/x/{element}", SpoutPath.Normalize($"/x/{element}"));
        Assert.Equal(text, SpoutPath.Decode(element));
    }
}
