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
}
