using Orleans.Storage;
using RunPod.Grains.Store;

namespace RunPod.Tests.Unit.Store;

public sealed class StoredStateTests
{
    [Fact]
    public async Task EnsureRead_AfterAReadThatWasCancelled_ReadsAgain()
    {
        var state = new StoredState<string>(new CancelledOnce(), "state", GrainId.Create("test", "1"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(state.EnsureReadAsync);

        await state.EnsureReadAsync();

        Assert.Equal("stored", state.Value);
    }

    private sealed class CancelledOnce : IGrainStorage
    {
        private bool _wasCancelled;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (!_wasCancelled)
            {
                _wasCancelled = true;
                return Task.FromCanceled(new CancellationToken(canceled: true));
            }

            (grainState.State, grainState.RecordExists) = ((T)(object)"stored", true);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
