using Microsoft.Extensions.Logging;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

internal sealed partial class Worker
{
    private Task LoadAsync() => Task.WhenAll(_endpoints.Select(LoadAsync));

    /// <summary>
    /// Loads a model, again and again until it succeeds: what was in the way, such as a lack of memory, may pass. Meanwhile the endpoint is unhealthy here.
    /// </summary>
    private async Task LoadAsync(WorkerEndpoint endpoint)
    {
        while (!_stopping.IsCancellationRequested && !_services.Stopping.IsCancellationRequested)
        {
            try
            {
                endpoint.Runtime = await _services.Models.GetAsync(endpoint.Endpoint, _device).WaitAsync(_stopping.Token);
                endpoint.UnhealthyReason = null;
                LookAgain();
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested && !_services.Stopping.IsCancellationRequested)
            {
                var reason = ErrorText.WithinFolder(endpoint.Endpoint.ModelFolder, exception.Message);
                if (reason != endpoint.UnhealthyReason)
                {
                    LogUnhealthy(endpoint.Id, _device.Id, exception);
                }

                endpoint.UnhealthyReason = reason;
                await TellAsync(endpoint);
            }
            catch (Exception)
            {
                // Stopping.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Endpoint {EndpointId} is unhealthy on {DeviceId}: its model does not load. It is tried again")]
    private partial void LogUnhealthy(string endpointId, string deviceId, Exception exception);
}
