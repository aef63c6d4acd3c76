using Orleans.Persistence.Redis;
using Orleans.Storage;
using RunPod.Api.Errors;
using StackExchange.Redis;

namespace RunPod.Tests.Unit.Api;

public sealed class OutageTests
{
    public static TheoryData<Exception> Passing => new(
        new TimeoutException(),
        new SiloUnavailableException(),
        new InconsistentStateException(),
        new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, "down"),
        new RedisStorageException("down"));

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public void Is_FailureThatPasses_IsOne(Exception exception) => Assert.True(Outage.Is(exception));

    [Fact]
    public void Is_Bug_IsNone() => Assert.False(Outage.Is(new InvalidOperationException()));

    [Fact]
    public void IsStoreFull_RedisRefusesForWantOfMemory_IsSo()
    {
        var refusal = new RedisStorageException("Failed to write grain state. StackExchange.Redis.RedisServerException: OOM command not allowed when used memory > 'maxmemory'.");

        Assert.True(Outage.IsStoreFull(refusal));
        Assert.True(Outage.IsStoreFull(new OrleansException("Forwarding failed", refusal)));
        Assert.False(Outage.IsStoreFull(new RedisStorageException("down")));
    }
}
