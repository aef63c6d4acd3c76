namespace RunPod.Silo.Objects.S3;

/// <summary>The service's own bucket failed; the message is for the operator.</summary>
internal sealed class S3StoreException(string message, bool isTemporary, Exception innerException) : Exception(message, innerException)
{
    /// <summary>Whether it may work later without a change of the settings.</summary>
    public bool IsTemporary => isTemporary;
}
