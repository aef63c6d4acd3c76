using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RunPod.Grains.Endpoints;
using RunPod.Grains.Inference;
using RunPod.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Inference;

public sealed class ModelHostRetryTests : IDisposable
{
    private static readonly InferenceDevice Device = new("cpu:0", "CPU");

    private readonly FakeTimeProvider _clock = new();
    private readonly TempFolder _folder = new();
    private readonly FlakyFormat _format = new();
    private readonly ModelHost _host;

    public ModelHostRetryTests()
    {
        var options = Options.Create(new WorkerOptions { LoadRetry = TimeSpan.FromSeconds(5), LoadRetryMax = TimeSpan.FromSeconds(15) });
        _host = new ModelHost([_format], options, _clock, NullLogger<ModelHost>.Instance);
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
        _format.Release.Dispose();
    }

    [Fact]
    public async Task Get_LoadFailed_IsTriedAgainAfterTimesThatDoubleUpToTheLongest()
    {
        await Assert.ThrowsAsync<ModelLoadException>(GetAsync);
        foreach (var seconds in (int[])[5, 10, 15, 15])
        {
            var attempts = _format.Attempts;
            var next = GetAsync();
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(next.IsCompleted);
            Assert.Equal(attempts, _format.Attempts);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Assert.ThrowsAsync<ModelLoadException>(() => next);
            Assert.Equal(attempts + 1, _format.Attempts);
        }

        _format.Loads = true;
        var loading = GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Same(await loading, await GetAsync());
    }

    [Fact]
    public async Task Get_SlotsOfADevice_ShareEachAttempt()
    {
        await Assert.ThrowsAsync<ModelLoadException>(GetAsync);

        var next = Enumerable.Range(0, 4).Select(_ => Assert.ThrowsAsync<ModelLoadException>(GetAsync)).ToArray();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Task.WhenAll(next);

        Assert.Equal(2, _format.Attempts);
    }

    [Fact]
    public async Task Get_FolderThatComesLater_IsServed()
    {
        _format.Loads = true;
        var endpoint = new ServedEndpoint("test", _folder.Combine("later"), Devices: null);
        await Assert.ThrowsAsync<ModelLoadException>(() => _host.GetAsync(endpoint, Device));
        Directory.CreateDirectory(_folder.Combine("later"));

        var loading = _host.GetAsync(endpoint, Device);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.NotNull(await loading);
    }

    [Fact]
    public async Task Dispose_NextAttemptWaits_EndsIt()
    {
        await Assert.ThrowsAsync<ModelLoadException>(GetAsync);
        var next = GetAsync();

        _host.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.Equal(1, _format.Attempts);
    }

    [Fact]
    public async Task Dispose_ModelRuns_DisposesItAfterTheRun()
    {
        _format.Loads = true;
        var runtime = await GetAsync();
        var run = Task.Run(() => runtime.Run(default, new PartialOutputQueue(), CancellationToken.None));
        await _format.Running.WaitAsync();

        _host.Dispose();
        Assert.False(_format.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => runtime.Run(default, new PartialOutputQueue(), CancellationToken.None));
        _format.Release.Set();
        await run;

        Assert.True(_format.IsDisposed);
        Assert.Equal(1, _format.Disposals);
    }

    private Task<IModelRuntime> GetAsync() => _host.GetAsync(new ServedEndpoint("test", _folder.Path, Devices: null), Device);

    /// <summary>Format and runtime in one; loads once it is told to, and runs until it is released.</summary>
    private sealed class FlakyFormat : IModelFormat, IModelRuntime
    {
        public bool Loads { get; set; }

        public int Attempts { get; private set; }

        public SemaphoreSlim Running { get; } = new(0);

        public ManualResetEventSlim Release { get; } = new();

        public int Disposals { get; private set; }

        public bool IsDisposed => Disposals > 0;

        public bool Recognises(string folder) => true;

        public IModelRuntime Load(string folder, InferenceDevice device)
        {
            Attempts++;
            return Loads ? this : throw new ModelLoadException("No memory is left.");
        }

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            Running.Release();
            Release.Wait(CancellationToken.None);
            return new ModelResult { RenderOutput = _ => [] };
        }

        public void Dispose() => Disposals++;
    }
}
