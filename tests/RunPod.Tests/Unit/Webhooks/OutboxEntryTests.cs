using RunPod.Grains.Webhooks;

namespace RunPod.Tests.Unit.Webhooks;

public sealed class OutboxEntryTests
{
    private static readonly GrainId Source = GrainId.Create("job", "sd/sync-1");

    [Theory]
    [InlineData("https://example.com/a", "https://EXAMPLE.com:443/b?c#d", true)]
    [InlineData("http://example.com", "http://example.com:80/", true)]
    [InlineData("http://bücher.example/", "http://xn--bcher-kva.example/", true)]
    [InlineData("http://127.1/", "http://127.0.0.1/", true)]
    [InlineData("http://example.com/", "https://example.com/", false)]
    [InlineData("http://example.com/", "http://example.com:8080/", false)]
    [InlineData("http://example.com/", "http://www.example.com/", false)]
    public void Of_TwoUrls_SameReceiverIfSameServer(string one, string other, bool same) =>
        Assert.Equal(same, OutboxEntry.Of("ada", one, "h", Source).Receiver == OutboxEntry.Of("ada", other, "h", Source).Receiver);

    [Fact]
    public void Of_TwoUsers_HaveReceiversOfTheirOwn() => Assert.NotEqual(
        OutboxEntry.Of("ada", "https://example.com/", "h", Source).Receiver, OutboxEntry.Of("bob", "https://example.com/", "h", Source).Receiver);

    [Fact]
    public void Parse_Member_IsTheEntry()
    {
        var entry = OutboxEntry.Of("ada", "https://example.com/secret", "webhook.0", Source);

        Assert.Equal("webhook.0 job/sd/sync-1", entry.Member);
        Assert.Equal(entry, OutboxEntry.Parse(entry.Receiver, entry.Member));
        Assert.Matches("^[0-9a-f]{32}$", entry.Receiver);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00.123Z", 0)]
    [InlineData("2026-01-01T00:00:00.999Z", 2)]
    [InlineData("2999-12-31T23:59:59.999Z", OutboxItem.MaxTries)]
    public void Score_OfAnItem_KeepsTimeAndTries(string due, int tries)
    {
        var item = new OutboxItem(OutboxEntry.Of("ada", "https://example.com/", "h", Source), DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture), tries);

        Assert.Equal(item, OutboxItem.Of(item.Entry, item.Score));
        Assert.True(item.Score < (item with { DueAt = item.DueAt.AddMilliseconds(1), Tries = 0 }).Score);
    }
}
