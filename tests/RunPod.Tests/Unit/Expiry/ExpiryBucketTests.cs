using RunPod.Grains.Expiry;

namespace RunPod.Tests.Unit.Expiry;

public sealed class ExpiryBucketTests
{
    [Fact]
    public void Of_Deadline_IsTheBucketOfItsMinute()
    {
        var bucket = ExpiryBucket.Of("e/j", new DateTimeOffset(2026, 1, 1, 12, 34, 56, TimeSpan.Zero), DeadlineKind.TimeOut, shards: 1);

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 12, 34, 0, TimeSpan.Zero), bucket.Start);
        Assert.Equal(bucket.Start.AddMinutes(1), bucket.End);
        Assert.Equal(bucket, ExpiryBucket.Parse(bucket.ToString()));
    }

    [Fact]
    public void Of_ManyJobs_SpreadsThemOverTheShards()
    {
        var deadline = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var counts = Enumerable.Range(0, 4000).GroupBy(i => ExpiryBucket.Of($"e/{i}", deadline, DeadlineKind.TimeOut, shards: 4).Shard).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal([0, 1, 2, 3], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void Of_Deletion_IsInABucketOfItsOwn()
    {
        var deadline = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var timeOut = ExpiryBucket.Of("e/j", deadline, DeadlineKind.TimeOut, ExpiryBucket.MaxShards);
        var deletion = ExpiryBucket.Of("e/j", deadline, DeadlineKind.Deletion, ExpiryBucket.MaxShards);

        Assert.Equal((timeOut.Minute, timeOut.Shard + ExpiryBucket.MaxShards), (deletion.Minute, deletion.Shard));
        Assert.Equal(deletion, ExpiryBucket.Parse(deletion.ToString()));
    }
}
