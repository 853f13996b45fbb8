using Spouts.Build.Rendering;

namespace Spouts.Build.Tests.Rendering;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("registry.example.com/team/clicks:1", "ghcr.io", "team/other", "2", "registry.example.com/team/clicks:1")]
    [InlineData("", "ghcr.io", "team/clicks", "2", "ghcr.io/team/clicks:2")]
    [InlineData("", "", "team/clicks", "2", "team/clicks:2")]
    [InlineData("", "", "team/clicks", "", "team/clicks:1.2.3")]
    [InlineData("", "ghcr.io", "", "2", "shop-clicks:2")]
    [InlineData("", "", "", "", "shop-clicks:1.2.3")]
    public void The_most_explicit_setting_wins(string image, string registry, string repository, string tag, string expected) =>
        Assert.Equal(expected, ImageName.Choose(image, registry, repository, tag, "Shop_Clicks", "1.2.3"));

    [Theory]
    [InlineData("Shop.Clicks", "1.0.0", "shop.clicks:1.0.0")]
    [InlineData("__Shop--Clicks..", "1.0.0-rc.1+5d2f", "shop-clicks:1.0.0-rc.1-5d2f")]
    [InlineData("Größe", ".1", "gr-e:1")]
    [InlineData("ß", "", "spouts:1.0.0")]
    public void A_name_made_of_the_assembly_is_legal(string assemblyName, string version, string expected)
    {
        string image = ImageName.Choose("", "", "", "", assemblyName, version);

        Assert.Equal(expected, image);
        Assert.True(ImageName.IsLegal(image));
    }

    [Theory]
    [InlineData("clicks", true)]
    [InlineData("localhost:5000/clicks", true)]
    [InlineData("Registry.example.com/a__b/c-d.e:V1_x", true)]
    [InlineData("clicks@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("", false)]
    [InlineData("Clicks:1", false)]
    [InlineData("team/Clicks", false)]
    [InlineData("clicks:", false)]
    [InlineData("clicks:a b", false)]
    [InlineData("-clicks", false)]
    [InlineData("clicks/", false)]
    [InlineData("clicks\n", false)]
    public void Names_are_checked_as_registries_do(string image, bool legal) => Assert.Equal(legal, ImageName.IsLegal(image));

    [Theory]
    [InlineData("clicks", "", "clicks", "")]
    [InlineData("team/clicks:1", "", "team/clicks", "1")]
    [InlineData("ghcr.io/team/clicks:1", "ghcr.io", "team/clicks", "1")]
    [InlineData("localhost/clicks", "localhost", "clicks", "")]
    [InlineData("registry:5000/clicks:1.0", "registry:5000", "clicks", "1.0")]
    [InlineData("a/b/c@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "", "a/b/c", "")]
    public void A_first_part_that_looks_like_a_host_is_the_registry(string image, string registry, string repository, string tag) =>
        Assert.Equal((registry, repository, tag), ImageName.Split(image));
}
