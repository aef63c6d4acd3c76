using Orleans.Storage;

namespace RunPod.Silo.Store;

/// <summary>Grain storage whose writes keep clear of checkpoints, see <see cref="CheckpointGate"/>.</summary>
internal sealed class GatedGrainStorage(IGrainStorage inner, CheckpointGate gate) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await gate.EnterAsync();
        try
        {
            await inner.WriteStateAsync(stateName, grainId, grainState);
        }
        finally
        {
            gate.Exit();
        }
    }
}
