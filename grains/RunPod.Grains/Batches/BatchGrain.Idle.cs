namespace RunPod.Grains.Batches;

/// <summary>
/// An activation for a batch that is not there. It stays for as long as it is asked: one that went with each answer would send the calls of several who ask
/// round in circles until they fail.
/// </summary>
internal sealed partial class BatchGrain
{
    private static readonly TimeSpan UnneededAfter = TimeSpan.FromSeconds(1);

    private IGrainTimer? _retiring;
    private long? _askedInVain;

    private void RetireSoon()
    {
        _askedInVain = clock.GetTimestamp();
        _retiring ??= this.RegisterGrainTimer(RetireUnlessNeededAsync, new GrainTimerCreationOptions(UnneededAfter, UnneededAfter));
    }

    private Task RetireUnlessNeededAsync()
    {
        if (_batch is not null)
        {
            _retiring?.Dispose();
            _retiring = null;
        }
        else if (IsOver(_askedInVain, UnneededAfter))
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }
}
