using RunPod.Contracts.Keys;

namespace RunPod.Grains.Keys;

internal sealed class ApiKeyGrain([PersistentState("key", UserGrain.StorageName)] IPersistentState<ApiKeyState> state, TimeProvider clock) : Grain, IApiKeyGrain
{
    public async Task CreateAsync(ApiKeyInfo key)
    {
        if (state.State.Info is not null)
        {
            throw new InvalidOperationException($"API key {key.KeyId} exists already.");
        }

        await WriteAsync(key);
    }

    public Task<ApiKeyInfo?> GetAsync()
    {
        if (state.State.Info is null)
        {
            // Somebody may be guessing; what they guess must not stay in memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(state.State.Info);
    }

    public async Task<bool> RevokeAsync()
    {
        if (state.State.Info is not { } key)
        {
            return false;
        }

        if (key.RevokedAt is null)
        {
            await WriteAsync(key with { RevokedAt = clock.GetUtcNow() });
        }

        return true;
    }

    private async Task WriteAsync(ApiKeyInfo key)
    {
        try
        {
            state.State = new ApiKeyState { Info = key };
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
