namespace RunPod.Api;

/// <summary>The milliseconds that a request may name.</summary>
internal sealed record DurationBounds(long MinMilliseconds, long MaxMilliseconds)
{
    public bool Contains(long milliseconds) => milliseconds >= MinMilliseconds && milliseconds <= MaxMilliseconds;

    public bool Contains(TimeSpan time) => time >= TimeSpan.FromMilliseconds(MinMilliseconds) && time <= TimeSpan.FromMilliseconds(MaxMilliseconds);
}
