namespace RunPod.Tests.Support;

/// <summary>The long form of the suite, which <c>.ci/run full</c> takes.</summary>
internal static class FullRun
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("RUNPOD_FULL") == "1";
}
