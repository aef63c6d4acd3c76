namespace RunPod.Silo.Startup;

/// <summary>The service cannot start as configured. The message tells the operator what to do; the host prints it and exits with code 1.</summary>
public sealed class StartException : Exception
{
    public StartException()
    {
    }

    public StartException(string message)
        : base(message)
    {
    }

    public StartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
