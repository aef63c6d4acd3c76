using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Contracts.Idempotency;
using RunPod.Grains.Idempotency;
using RunPod.Grains.Store;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class IdempotencyKeysTests
{
    private static readonly IdempotencyRequest Request = new("sd", "ada", "key", "fingerprint");

    [Theory]
    [InlineData(StoreKind.Embedded)]
    [InlineData(StoreKind.Redis)]
    public async Task Release_OfARefusedJob_GivesBackThatJobsClaimAlone(StoreKind kind)
    {
        using var folder = new TempFolder();
        using var redis = kind == StoreKind.Redis ? await RedisServer.StartAsync() : null;
        await using var store = await OpenStore.AtAsync(folder, redis?.ConnectionString);
        var keys = new IdempotencyKeys(
            store.Multiplexer, new StoreKeys(Options.Create(new ClusterOptions { ServiceId = "test" })), Options.Create(new IdempotencyOptions()));

        await keys.ClaimAsync(Request, "first");
        await keys.ReleaseAsync(Request, "first");
        Assert.Equal("second", (await keys.ClaimAsync(Request, "second")).JobId);

        // One that was slow to learn that the first job was refused.
        await keys.ReleaseAsync(Request, "first");
        Assert.Equal(new IdempotencyClaim("second", true, false), await keys.ClaimAsync(Request, "third"));

        // Two requests submitted the second job: one was refused, and says so late.
        await keys.ConfirmAsync(Request, "second");
        await keys.ReleaseAsync(Request, "second");
        Assert.Equal(new IdempotencyClaim("second", true, true), await keys.ClaimAsync(Request, "third"));
    }
}
