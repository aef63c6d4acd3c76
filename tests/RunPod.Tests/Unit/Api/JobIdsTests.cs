using RunPod.Api.Jobs;

namespace RunPod.Tests.Unit.Api;

public sealed class JobIdsTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("sync-0b2c7d1e-1111-4222-8333-444455556666-e1", true)]
    [InlineData("batch_A-Z_09", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a.b", false)]
    [InlineData("ä", false)]
    public void IsValid_AnyText_KnowsWhatAnIdMayHold(string id, bool valid) => Assert.Equal(valid, JobIds.IsValid(id));

    [Fact]
    public void IsValid_LongText_StopsAt128()
    {
        Assert.True(JobIds.IsValid(new string('a', 128)));
        Assert.False(JobIds.IsValid(new string('a', 129)));
    }

    [Fact]
    public void Create_BothKinds_AreValidAndDifferent()
    {
        var ids = new[] { JobIds.Create(), JobIds.Create(), JobIds.CreateSync(), JobIds.CreateSync() };

        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(JobIds.IsValid(id)));
    }
}
