namespace RunPod.Silo.Store;

/// <summary>The store cannot be used as configured. The message tells the operator what to do; the host prints it and exits with code 1.</summary>
public sealed class StoreException : Exception
{
    public StoreException()
    {
    }

    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
