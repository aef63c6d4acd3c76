namespace RunPod.Api.Errors;

/// <summary>Failures that pass: a silo was lost, a call timed out, the store does not answer.</summary>
internal static class Outage
{
    public static bool Is(Exception exception) => exception is OrleansException or TimeoutException || IsOfStore(exception);

    /// <summary>Whether the store refused a write for want of memory. What grains throw may come from another silo, so only the text is certain.</summary>
    public static bool IsStoreFull(Exception? exception) =>
        exception is not null && (exception.Message.Contains("OOM command not allowed", StringComparison.Ordinal) || IsStoreFull(exception.InnerException));

    // The store's client and Orleans' providers over it are none of this room's references, but what they throw comes through,
    // and none of it derives from OrleansException.
    private static bool IsOfStore(Exception exception) =>
        exception.GetType().Namespace is "StackExchange.Redis" or "Orleans.Persistence.Redis" or "Orleans.Reminders.Redis";
}
