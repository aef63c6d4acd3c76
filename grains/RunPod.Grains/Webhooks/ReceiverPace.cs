namespace RunPod.Grains.Webhooks;

/// <summary>How many messages may be under way to a receiver: more as it answers, fewer as it does not, so that dead ones hold next to nothing.</summary>
internal sealed class ReceiverPace(int max)
{
    public int Allowed { get; private set; } = 1;

    public void Note(bool delivered) => Allowed = delivered ? Math.Min(max, Allowed * 2) : Math.Max(1, Allowed / 2);
}
