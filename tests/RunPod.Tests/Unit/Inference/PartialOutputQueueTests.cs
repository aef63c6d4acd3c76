using System.Text;
using RunPod.Grains.Inference;
using RunPod.Inference;

namespace RunPod.Tests.Unit.Inference;

public sealed class PartialOutputQueueTests
{
    private static readonly byte[] Kilobyte = [(byte)'"', .. Enumerable.Repeat((byte)'k', 1022), (byte)'"'];

    [Fact]
    public async Task ReportProgress_NotFetchedYet_KeepsTheLatestInItsPlace()
    {
        var queue = new PartialOutputQueue();
        queue.ReportProgress("1"u8.ToArray());
        queue.Stream("2"u8.ToArray());
        queue.ReportProgress(new ModelFile("a", "b", Kilobyte), _ => []);
        queue.ReportProgress("3"u8.ToArray());

        var fetched = await queue.FetchAsync();

        Assert.Equal(["2", "", "3"], fetched.Select(part => Encoding.UTF8.GetString(part.Json.Span)));
        Assert.Equal([false, true, true], fetched.Select(part => part.IsProgress));
    }

    [Fact]
    public async Task Stream_QueueFull_WaitsUntilTheFetchedIsWritten()
    {
        var queue = new PartialOutputQueue(capacity: 1024);
        queue.Stream(Kilobyte);
        Assert.Single(await queue.FetchAsync());

        var waiting = Task.Run(() => queue.Stream("2"u8.ToArray()));
        queue.ReportProgress("3"u8.ToArray());
        Assert.False(waiting.IsCompleted);
        Assert.Equal("3"u8.ToArray(), (await queue.FetchAsync())[0].Json.ToArray());

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("2"u8.ToArray(), (await queue.FetchAsync())[0].Json.ToArray());
    }

    [Fact]
    public async Task ReportProgress_QueueFull_LeavesTheFileOutAndDoesNotWait()
    {
        var queue = new PartialOutputQueue(capacity: 1024);
        queue.Stream(Kilobyte);

        queue.ReportProgress(new ModelFile("a", "b", Kilobyte), url => Encoding.UTF8.GetBytes(url is null ? "none" : "url"));

        var fetched = await queue.FetchAsync();
        Assert.Null(fetched[1].File);
        Assert.Equal("none"u8.ToArray(), fetched[1].Render!(null));
    }

    [Fact]
    public async Task Complete_ModelWaitsForRoom_LetsItGoOnAndIgnoresIt()
    {
        var queue = new PartialOutputQueue(capacity: 1024);
        queue.Stream(Kilobyte);
        var waiting = Task.Run(() => queue.Stream("2"u8.ToArray()));

        queue.Complete();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        queue.Stream("3"u8.ToArray());
        Assert.Single(await queue.FetchAsync());
        Assert.Empty(await queue.FetchAsync());
    }

    [Fact]
    public async Task Fetch_NothingThere_WaitsForTheNext()
    {
        var queue = new PartialOutputQueue();
        var fetching = queue.FetchAsync();
        Assert.False(fetching.IsCompleted);

        queue.ReportProgress("1"u8.ToArray());

        Assert.Single(await fetching.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
