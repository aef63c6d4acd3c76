using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RunPod.Grains.Endpoints;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>The loaded models of this silo: one per endpoint and device, shared by the device's slots.</summary>
internal sealed partial class ModelHost(IEnumerable<IModelFormat> formats, ILogger<ModelHost> logger) : IDisposable
{
    private readonly ConcurrentDictionary<(string EndpointId, string DeviceId), Lazy<Task<IModelRuntime>>> _models = new();

    // One after another: two models that load at the same time need the memory of both and gain nothing.
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>The warm model of an endpoint on a device.</summary>
    /// <exception cref="ModelLoadException">It cannot be loaded; the message says why.</exception>
    public Task<IModelRuntime> GetAsync(ServedEndpoint endpoint, InferenceDevice device) =>
        _models.GetOrAdd((endpoint.Id, device.Id), _ => new(() => LoadAsync(endpoint, device))).Value;

    public void Dispose()
    {
        foreach (var model in _models.Values)
        {
            if (model is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } loaded })
            {
                loaded.Result.Dispose();
            }
        }

        _loading.Dispose();
    }

    private async Task<IModelRuntime> LoadAsync(ServedEndpoint endpoint, InferenceDevice device)
    {
        await _loading.WaitAsync();
        try
        {
            return await Task.Factory.StartNew(() => Load(endpoint, device), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _loading.Release();
        }
    }

    private IModelRuntime Load(ServedEndpoint endpoint, InferenceDevice device)
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
            runtime.WarmUp(CancellationToken.None);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }

        LogLoaded(endpoint.Id, device.Id, loaded.TotalMilliseconds, (Stopwatch.GetElapsedTime(started) - loaded).TotalMilliseconds);
        return runtime;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Endpoint {EndpointId} is ready on {DeviceId}: loaded in {LoadMilliseconds:F0} ms, warm after another {WarmUpMilliseconds:F0} ms")]
    private partial void LogLoaded(string endpointId, string deviceId, double loadMilliseconds, double warmUpMilliseconds);
}
