namespace RunPod.Chaos.Load;

/// <summary>Asks more often than its user's limit allows.</summary>
internal static class GreedyClient
{
    public static async Task RunAsync(ApiClient api, TimeSpan pause, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await api.HealthAsync();
            await Task.Delay(pause, CancellationToken.None);
        }
    }
}
