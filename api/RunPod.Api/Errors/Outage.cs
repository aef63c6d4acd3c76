namespace RunPod.Api.Errors;

/// <summary>Failures that pass: a silo was lost, a call timed out, the store does not answer.</summary>
internal static class Outage
{
    // The client of the store is none of this room's references, but what it throws comes through.
    private const string StoreNamespace = "StackExchange.Redis";

    public static bool Is(Exception exception) =>
        exception is OrleansException or TimeoutException || string.Equals(exception.GetType().Namespace, StoreNamespace, StringComparison.Ordinal);
}
