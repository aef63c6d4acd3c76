namespace RunPod.Tests.Support;

/// <summary>One S3 server for the tests of a class, each of which has buckets of its own.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    public S3Server Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await S3Server.StartAsync();

    public Task DisposeAsync()
    {
        Server.Dispose();
        return Task.CompletedTask;
    }

    public async Task<string> CreateBucketAsync()
    {
        var bucket = $"bucket-{Guid.NewGuid():N}";
        await Server.Client.PutBucketAsync(bucket);
        return bucket;
    }
}
