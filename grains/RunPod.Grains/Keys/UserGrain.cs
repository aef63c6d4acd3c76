using Microsoft.Extensions.Options;
using RunPod.Contracts;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Secrets;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains.Keys;

internal sealed partial class UserGrain(
    [PersistentState("user", UserGrain.StorageName)] IPersistentState<UserState> state,
    ISecretProtector protector,
    TimeProvider clock,
    IOptions<WebhookOptions> webhooks) : Grain, IUserGrain
{
    public const string StorageName = "keys";

    public async Task<CreatedApiKey> CreateKeyAsync(string name)
    {
        var text = ApiKeyFormat.Create();
        if (!ApiKeyFormat.TryGetId(text, out var keyId))
        {
            throw new InvalidOperationException("A new key does not have the form of a key.");
        }

        var info = new ApiKeyInfo
        {
            KeyId = keyId,
            UserId = this.GetPrimaryKeyString(),
            Name = name,
            Hash = ApiKeyFormat.Hash(text),
            CreatedAt = clock.GetUtcNow(),
        };

        // The list first: an id in it without a key is skipped, a key that no list names could not be revoked.
        await WriteAsync(state.State with { KeyIds = [.. state.State.KeyIds, keyId] });
        await GrainFactory.ApiKey(keyId).CreateAsync(info);
        return new CreatedApiKey { Key = text, Info = info };
    }

    public async Task<CreatedApiKey?> CreateFirstKeyAsync(string name) => (await ListKeysAsync()).Count == 0 ? await CreateKeyAsync(name) : null;

    public async Task<IReadOnlyList<ApiKeyInfo>> ListKeysAsync()
    {
        var keys = await Task.WhenAll(state.State.KeyIds.Select(keyId => GrainFactory.ApiKey(keyId).GetAsync()));
        return [.. keys.OfType<ApiKeyInfo>()];
    }

    public async Task<bool> RevokeKeyAsync(string keyId) => state.State.KeyIds.Contains(keyId) && await GrainFactory.ApiKey(keyId).RevokeAsync();

    private async Task WriteAsync(UserState next)
    {
        try
        {
            state.State = next;
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
