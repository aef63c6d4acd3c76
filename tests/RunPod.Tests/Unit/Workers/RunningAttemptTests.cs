using RunPod.Contracts.Queues;
using RunPod.Grains.Inference;

namespace RunPod.Tests.Unit.Workers;

public sealed class RunningAttemptTests : IDisposable
{
    private readonly RunningAttempt _attempt = new(new Assignment { EndpointId = "e", JobId = "j", LeaseId = 1 }, renewedAt: 0, CancellationToken.None);

    public void Dispose() => _attempt.Dispose();

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Stop_BeforeTheNumberIsKnown_StopsOnlyTheAttemptThatItNames(int begun, bool isStopped)
    {
        _attempt.Stop(3);
        Assert.False(_attempt.Abandoned.IsCancellationRequested);

        _attempt.Begin(begun);

        Assert.Equal(isStopped, _attempt.Abandoned.IsCancellationRequested);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Stop_AfterTheNumberIsKnown_StopsOnlyTheAttemptThatItNames(int stopped, bool isStopped)
    {
        _attempt.Begin(3);

        _attempt.Stop(stopped);

        Assert.Equal(isStopped, _attempt.Abandoned.IsCancellationRequested);
    }
}
