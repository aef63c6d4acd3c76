namespace RunPod.Grains.Jobs;

/// <summary>A job's place among <see cref="IdleJobs"/>, whose lock guards it.</summary>
/// <param name="scheduler">The activation's, on which alone it may end itself.</param>
/// <param name="retire">Ends the activation unless somebody has come back to it.</param>
internal sealed class IdleJob(IWorkItemScheduler scheduler, Action retire)
{
    public bool IsListed { get; set; }

    public long Bytes { get; set; }

    public long ListedAt { get; set; }

    public long UsedAt { get; set; }

    public void Retire() => scheduler.QueueAction(retire);
}
