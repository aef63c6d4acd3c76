namespace RunPod.Api.Errors;

/// <summary>Failures that pass: a silo was lost, a call timed out, the store does not answer.</summary>
internal static class Outage
{
    public static bool Is(Exception exception) => exception is OrleansException or TimeoutException;
}
