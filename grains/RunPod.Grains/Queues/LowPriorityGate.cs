namespace RunPod.Grains.Queues;

/// <summary>
/// When a low-priority job may go. Normal jobs go first, and one that comes shortly after another finds an idle worker; but however many of them come,
/// a low-priority job goes once a while, so that they never starve.
/// </summary>
/// <param name="hold">How long after the last normal job came or ended the last idle worker is kept free.</param>
/// <param name="patience">After how long without a low-priority job having gone one of those that wait goes before normal ones.</param>
internal sealed class LowPriorityGate(TimeSpan hold, TimeSpan patience)
{
    private DateTimeOffset _normalAt = DateTimeOffset.MinValue;
    private DateTimeOffset _servedAt = DateTimeOffset.MaxValue;

    /// <summary>A normal job came or ended.</summary>
    public void NoteNormal(DateTimeOffset now) => _normalAt = now;

    /// <summary>A low-priority job went, or the first of them came.</summary>
    public void NoteServed(DateTimeOffset now) => _servedAt = now;

    /// <summary>Whether one that waits goes before normal jobs.</summary>
    public bool IsOverdue(DateTimeOffset now) => now >= _servedAt && now - _servedAt >= patience;

    /// <summary>Whether one that waits may go, since no normal job waits.</summary>
    /// <param name="now">The time.</param>
    /// <param name="othersIdle">Idle workers besides the one that would run it.</param>
    public bool MayGo(DateTimeOffset now, int othersIdle) => othersIdle > 0 || now - _normalAt >= hold;
}
