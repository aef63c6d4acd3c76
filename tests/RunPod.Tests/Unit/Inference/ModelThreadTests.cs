using RunPod.Grains.Inference;

namespace RunPod.Tests.Unit.Inference;

public sealed class ModelThreadTests
{
    [Fact]
    public async Task Run_ModelThrows_NextRunGoesOn()
    {
        using var thread = new ModelThread("test");

        await Assert.ThrowsAsync<InvalidOperationException>(() => thread.RunAsync<int>(() => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<TaskCanceledException>(() => thread.RunAsync<int>(() => throw new OperationCanceledException()));

        Assert.Equal(1, await thread.RunAsync(() => 1));
    }

    [Fact]
    public async Task Run_ThreadHasEnded_IsRefusedAndNotKeptForEver()
    {
        var thread = new ModelThread("test");
        thread.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => thread.RunAsync(() => 1));
    }
}
