using RunPod.Contracts.Keys;

namespace RunPod.Tests.Unit.Keys;

public sealed class ApiKeyFormatTests
{
    [Fact]
    public void Create_TwoKeys_DifferAndCarryTheirIds()
    {
        var (first, second) = (ApiKeyFormat.Create(), ApiKeyFormat.Create());

        Assert.NotEqual(first, second);
        Assert.True(ApiKeyFormat.TryGetId(first, out var id));
        Assert.StartsWith("rpa_" + id, first, StringComparison.Ordinal);
        Assert.Equal(12, id.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("rpa_")]
    [InlineData("rpa_short")]
    [InlineData("xyz_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst")]
    [InlineData("rpa_0123456789/BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst")]
    [InlineData("rpa_0123456789ÄBCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst")]
    public void TryGetId_TextThatIsNoKey_IsRefused(string? text)
    {
        Assert.False(ApiKeyFormat.TryGetId(text, out _));
    }
}
