using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Grains.Endpoints;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// The loaded models of this silo: one per endpoint and device, shared by the device's slots. What did not load is loaded again when it is asked for,
/// but not at once: see <see cref="WorkerOptions.LoadRetry"/>.
/// </summary>
internal sealed partial class ModelHost(IEnumerable<IModelFormat> formats, IOptions<WorkerOptions> options, TimeProvider clock, ILogger<ModelHost> logger) : IDisposable
{
    private readonly ConcurrentDictionary<(string EndpointId, string DeviceId), Lazy<Task<IModelRuntime>>> _models = new();

    // One after another: two models that load at the same time need the memory of both and gain nothing.
    private readonly SemaphoreSlim _loading = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The warm model of an endpoint on a device. After a failure the next call waits for the next attempt, whose time is the same for all callers.</summary>
    /// <exception cref="ModelLoadException">It could not be loaded; the message says why.</exception>
    public Task<IModelRuntime> GetAsync(ServedEndpoint endpoint, InferenceDevice device) =>
        _models.GetOrAdd((endpoint.Id, device.Id), _ => new(() => LoadAsync(endpoint, device, TimeSpan.Zero))).Value;

    /// <summary>Ends once no model is being loaded: a process that exits meanwhile crashes in the native code that loads.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        Task<IModelRuntime>[] models = [.. _models.Values.Where(model => model.IsValueCreated).Select(model => model.Value)];
        Task.WhenAll(models).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        foreach (var model in models.Where(model => model.IsCompletedSuccessfully))
        {
            model.Result.Dispose();
        }

        _loading.Dispose();
        _stopping.Dispose();
    }

    private async Task<IModelRuntime> LoadAsync(ServedEndpoint endpoint, InferenceDevice device, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, clock, _stopping.Token);
            await _loading.WaitAsync(_stopping.Token);
            try
            {
                return await Task.Factory.StartNew(() => Load(endpoint, device), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                _loading.Release();
            }
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            // Before anybody sees the failure, so that whoever asks again gets the next attempt.
            var next = wait * 2 < options.Value.LoadRetry ? options.Value.LoadRetry : wait * 2;
            _models[(endpoint.Id, device.Id)] = new(() => LoadAsync(endpoint, device, next < options.Value.LoadRetryMax ? next : options.Value.LoadRetryMax));
            throw;
        }
    }

    private SharedRuntime Load(ServedEndpoint endpoint, InferenceDevice device)
    {
        var started = Stopwatch.GetTimestamp();
        if (!Directory.Exists(endpoint.ModelFolder))
        {
            throw new ModelLoadException($"The model folder {endpoint.ModelFolder} does not exist. Put a model there, or set Endpoints:{endpoint.Id}:Model.");
        }

        var format = formats.FirstOrDefault(format => format.Recognises(endpoint.ModelFolder))
            ?? throw new ModelLoadException($"The folder {endpoint.ModelFolder} holds no model of a known kind. A Stable Diffusion export has a model_index.json with its parts beside it.");
        var runtime = format.Load(endpoint.ModelFolder, device);
        var loaded = Stopwatch.GetElapsedTime(started);
        try
        {
            runtime.WarmUp(_stopping.Token);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }

        LogLoaded(endpoint.Id, device.Id, loaded.TotalMilliseconds, (Stopwatch.GetElapsedTime(started) - loaded).TotalMilliseconds);
        return new SharedRuntime(runtime);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Endpoint {EndpointId} is ready on {DeviceId}: loaded in {LoadMilliseconds:F0} ms, warm after another {WarmUpMilliseconds:F0} ms")]
    private partial void LogLoaded(string endpointId, string deviceId, double loadMilliseconds, double warmUpMilliseconds);
}
