using RunPod.Grains.Batches;

namespace RunPod.Tests.Unit.Batches;

public sealed class BatchStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static BatchState Draft { get; } =
        BatchTransitions.Append(BatchTransitions.Create("anna", name: null, TimeSpan.FromHours(72), Start), [Page(0, 0), Page(1, 64), Page(2, 128)], Start);

    [Fact]
    public void Bytes_UntilTheEnd_AreThoseOfAllPages()
    {
        Assert.Equal(4096 + 300, Draft.Bytes);
        Assert.Equal(4096 + 300, BatchTransitions.Finalize(Draft, webhook: null, Start).Bytes);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(64, 100)]
    [InlineData(65, 200)]
    [InlineData(192, 300)]
    public void Bytes_AfterTheEnd_AreThoseOfPagesThatHaveJobs(int opened, int bytes)
    {
        var running = BatchTransitions.Open(BatchTransitions.Finalize(Draft, webhook: null, Start), opened);

        var ended = BatchTransitions.End(BatchTransitions.Stop(running, Start), default, Start);

        Assert.Equal(4096 + bytes, ended.Bytes);
    }

    [Fact]
    public void Append_ManyThatMayComeAgain_RemembersTheLast()
    {
        var additions = Enumerable.Range(0, 300).Select(_ => Guid.NewGuid()).ToArray();
        var batch = Draft;

        for (var i = 0; i < additions.Length; i++)
        {
            batch = BatchTransitions.Append(batch, [Page(3 + i, batch.NextRequest)], Start, additions[i]);
        }

        Assert.Equal(additions.TakeLast(256), batch.Additions);
    }

    [Fact]
    public void ExpiresAt_Provisional_IsWhenItMustBeKept()
    {
        var provisional = Draft with { KeepBy = Start.AddSeconds(15) };

        Assert.Equal(Start.AddSeconds(15), provisional.ExpiresAt);
        Assert.Equal(Start.AddHours(72), BatchTransitions.Keep(provisional).ExpiresAt);
    }

    private static BatchPage Page(int number, int first) => new() { Number = number, First = first, Count = 64, Bytes = 100 };
}
