using RunPod.Contracts.Jobs;
using RunPod.Grains.Batches;

namespace RunPod.Tests.Unit.Batches;

public sealed class BatchPackingTests
{
    [Fact]
    public void Cut_SmallRequests_FillsPagesByNumber()
    {
        var pages = BatchPacking.Cut(Requests(Enumerable.Repeat(10, 130)), number: 7, first: 100);

        Assert.Equal([(7, 100, 64), (8, 164, 64), (9, 228, 2)], pages.Select(page => (page.Number, page.First, page.Count)));
        Assert.All(pages, page => Assert.Equal(0UL, page.Removed));
    }

    [Fact]
    public void Cut_MiddlingRequests_FillsPagesByBytes()
    {
        var pages = BatchPacking.Cut(Requests(Enumerable.Repeat(100_000, 5)), number: 0, first: 0);

        Assert.Equal([2, 2, 1], pages.Select(page => page.Count));
        Assert.All(pages, page => Assert.InRange(page.Bytes, 1, BatchPacking.MaxBytes));
    }

    [Fact]
    public void Cut_RequestLargerThanAPage_GetsOneOfItsOwn()
    {
        var pages = BatchPacking.Cut(Requests([10, BatchPacking.MaxBytes + 1, 10, 10]), number: 0, first: 0);

        Assert.Equal([(0, 1), (1, 1), (2, 2)], pages.Select(page => (page.First, page.Count)));
    }

    [Fact]
    public void HasRoom_FewSmallRequests_TakesMoreUntilThePageIsFull()
    {
        var next = Requests([1000])[0];
        var page = new BatchPage { Number = 0, First = 0, Count = 3, Bytes = 3000 };

        Assert.True(BatchPacking.HasRoom(page, next));
        Assert.False(BatchPacking.HasRoom(page with { Count = BatchPacking.MaxRequests }, next));
        Assert.False(BatchPacking.HasRoom(page with { Bytes = 32 * 1024 }, next));
    }

    private static JobSubmission[] Requests(IEnumerable<int> sizes) => [.. sizes.Select(size => new JobSubmission
    {
        UserId = "anna",
        Input = new byte[size],
        TimeToLive = TimeSpan.FromHours(24),
        ExecutionTimeout = TimeSpan.FromMinutes(10),
        IsSync = false,
        RequestBaseUrl = "http://localhost",
    })];
}
