namespace RunPod.Api.Jobs;

/// <summary>The durations that RunPod documents.</summary>
internal static class JobPolicyBounds
{
    private const long SevenDays = 604_800_000;

    public static DurationBounds ExecutionTimeout { get; } = new(5_000, SevenDays);

    public static DurationBounds TimeToLive { get; } = new(10_000, SevenDays);

    public static DurationBounds Wait { get; } = new(1_000, 300_000);

    /// <summary>Of <c>/stream</c>, which may also answer at once.</summary>
    public static DurationBounds StreamWait { get; } = new(0, 300_000);
}
