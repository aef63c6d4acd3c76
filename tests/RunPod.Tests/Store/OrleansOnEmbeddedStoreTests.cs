using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class OrleansOnEmbeddedStoreTests : OrleansOnStoreTests
{
    protected override async Task<object> OpenAsync(TempFolder folder) => await OpenStore.AtAsync(folder);
}
