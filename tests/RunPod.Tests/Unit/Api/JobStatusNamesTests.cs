using RunPod.Contracts.Jobs;

namespace RunPod.Tests.Unit.Api;

public sealed class JobStatusNamesTests
{
    [Theory]
    [InlineData(JobStatus.InQueue, "IN_QUEUE")]
    [InlineData(JobStatus.InProgress, "IN_PROGRESS")]
    [InlineData(JobStatus.Completed, "COMPLETED")]
    [InlineData(JobStatus.Failed, "FAILED")]
    [InlineData(JobStatus.Cancelled, "CANCELLED")]
    [InlineData(JobStatus.TimedOut, "TIMED_OUT")]
    public void ToWire_AnyState_IsItsNameAndBack(JobStatus status, string name)
    {
        Assert.Equal(name, JobStatusNames.ToWire(status));
        Assert.True(JobStatusNames.TryParse(name, out var parsed));
        Assert.Equal(status, parsed);
    }

    [Fact]
    public void ToWire_EveryState_HasAName() => Assert.All(Enum.GetValues<JobStatus>(), status => Assert.NotEmpty(JobStatusNames.ToWire(status)));

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("in_queue")]
    [InlineData("InQueue")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_OtherName_IsNone(string? name) => Assert.False(JobStatusNames.TryParse(name, out _));
}
