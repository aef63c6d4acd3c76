namespace RunPod.Tests.Store;

/// <summary>Tells the test that a grain's reminder fired.</summary>
public sealed class ReminderSignal
{
    private readonly TaskCompletionSource<string> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Fired => _fired.Task;

    public void Fire(string grain) => _fired.TrySetResult(grain);
}
