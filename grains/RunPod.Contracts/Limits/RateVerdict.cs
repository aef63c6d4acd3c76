namespace RunPod.Contracts.Limits;

/// <summary>Whether a request may go on.</summary>
public enum RateVerdict
{
    /// <summary>It may.</summary>
    Granted = 0,

    /// <summary>The window's requests are used up.</summary>
    TooManyRequests = 1,

    /// <summary>Too many requests run at the same time.</summary>
    TooManyAtOnce = 2,
}
