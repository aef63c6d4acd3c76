namespace RunPod.Tests.Store;

internal sealed class ProbeGrain(
    [PersistentState("probe", OrleansHost.StorageName)] IPersistentState<ProbeState> state,
    ReminderSignal signal) : Grain, IProbeGrain, IRemindable
{
    public async Task SetAsync(string value)
    {
        state.State = new ProbeState { Value = value };
        await state.WriteStateAsync();
    }

    public Task<string> GetAsync() => Task.FromResult(state.State.Value);

    public Task ClearAsync() => state.ClearStateAsync();

    // A tick missed because registering took longer than this comes a minute later.
    public Task RemindAsync() => this.RegisterOrUpdateReminder("probe", TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        signal.Fire(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }
}
