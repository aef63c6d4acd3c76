using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RunPod.Grains.Endpoints;
using RunPod.Grains.Inference;
using RunPod.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Inference;

public sealed class ModelHostTests
{
    [Fact]
    public async Task Dispose_ModelIsBeingLoaded_WaitsForItAndDisposesIt()
    {
        using var folder = new TempFolder();
        using var format = new SlowFormat();
        var host = new ModelHost([format], Options.Create(new WorkerOptions()), TimeProvider.System, NullLogger<ModelHost>.Instance);
        var loading = host.GetAsync(new ServedEndpoint("test", folder.Path, Devices: null), new InferenceDevice("cpu:0", "CPU"));
        format.Begun.Wait();
        var disposing = new Thread(host.Dispose);
        disposing.Start();
        await Eventually.HoldsAsync(() => disposing.ThreadState is ThreadState.WaitSleepJoin or ThreadState.Stopped, "the host waits or has ended");
        Assert.True(disposing.IsAlive);

        format.Released.Set();
        disposing.Join();

        Assert.True(loading.IsCompletedSuccessfully);
        Assert.True(format.WarmUpWasCancelled);
        Assert.True(format.IsDisposed);
    }

    /// <summary>Format and runtime in one; loads until it is released.</summary>
    private sealed class SlowFormat : IModelFormat, IModelRuntime
    {
        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Released { get; } = new();

        public bool WarmUpWasCancelled { get; private set; }

        public bool IsDisposed { get; private set; }

        public bool Recognises(string folder) => true;

        public IModelRuntime Load(string folder, InferenceDevice device)
        {
            Begun.Set();
            Released.Wait();
            return this;
        }

        public void WarmUp(CancellationToken cancellationToken) => WarmUpWasCancelled = cancellationToken.IsCancellationRequested;

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }
}
