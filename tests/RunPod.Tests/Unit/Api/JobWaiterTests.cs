using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RunPod.Api.Jobs;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Unit.Api;

public sealed class JobWaiterTests
{
    private static readonly JobSnapshot Open = new() { JobId = "j", UserId = StubCluster.User, Status = JobStatus.InProgress };

    private readonly FakeTimeProvider _clock = new();
    private readonly StubCluster _cluster = new();
    private readonly List<double> _slices = [];
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly JobWaiter _waiter;

    public JobWaiterTests() => _waiter = new JobWaiter(_clock, Options.Create(new WaitingOptions()), _lifetime, NullLogger<JobWaiter>.Instance);

    [Fact]
    public async Task WaitAsync_LongWait_AsksInSlices()
    {
        _cluster.WaitForEnd = (_, atMost) =>
        {
            _slices.Add(atMost.TotalSeconds);
            _clock.Advance(atMost);
            return Task.FromResult<JobSnapshot?>(Open);
        };

        var job = await WaitAsync(TimeSpan.FromSeconds(25));

        Assert.Same(Open, job);
        Assert.Equal([10, 10, 5], _slices);
    }

    [Fact]
    public async Task WaitAsync_JobThatHasEnded_AsksNobody()
    {
        var ended = Open with { Status = JobStatus.Cancelled };

        var job = await _waiter.WaitAsync(_cluster.Grains.Job("echo", "j"), ended, TimeSpan.FromSeconds(25), CancellationToken.None);

        Assert.Same(ended, job);
    }

    [Fact]
    public async Task WaitAsync_JobThatIsGone_IsNull()
    {
        _cluster.WaitForEnd = (_, _) => Task.FromResult<JobSnapshot?>(null);

        Assert.Null(await WaitAsync(TimeSpan.FromSeconds(25)));
    }

    [Fact]
    public async Task WaitAsync_FailedSlices_EndsWithTheWait()
    {
        var asked = new SemaphoreSlim(0);
        _cluster.WaitForEnd = (_, _) =>
        {
            asked.Release();
            return Task.FromException<JobSnapshot?>(new OrleansException("lost"));
        };

        var waiting = WaitAsync(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 4; i++)
        {
            await asked.WaitAsync(TimeSpan.FromSeconds(10));
            _clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Same(Open, await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task WaitAsync_SliceWithoutAnAnswer_IsGivenUpSoonAfterItsEnd()
    {
        var asked = new SemaphoreSlim(0);
        _cluster.WaitForEnd = (_, _) =>
        {
            asked.Release();
            return new TaskCompletionSource<JobSnapshot?>().Task;
        };

        var waiting = WaitAsync(TimeSpan.FromSeconds(10));
        await asked.WaitAsync(TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(13));

        Assert.Same(Open, await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task WaitAsync_FrontEndStops_AnswersTheJobAsItIs()
    {
        var asked = new SemaphoreSlim(0);
        _cluster.WaitForEnd = (_, _) =>
        {
            asked.Release();
            return new TaskCompletionSource<JobSnapshot?>().Task;
        };
        _cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Open with { WorkerId = "w" });

        var waiting = WaitAsync(TimeSpan.FromSeconds(90));
        await asked.WaitAsync(TimeSpan.FromSeconds(10));
        _lifetime.StopApplication();

        Assert.Equal("w", (await waiting.WaitAsync(TimeSpan.FromSeconds(10)))?.WorkerId);
    }

    [Fact]
    public async Task WaitAsync_Bug_IsNotSwallowed()
    {
        _cluster.WaitForEnd = (_, _) => Task.FromException<JobSnapshot?>(new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => WaitAsync(TimeSpan.FromSeconds(1)));
    }

    private Task<JobSnapshot?> WaitAsync(TimeSpan wait) => _waiter.WaitAsync(_cluster.Grains.Job("echo", "j"), Open, wait, CancellationToken.None);
}
