namespace RunPod.Contracts.Limits;

/// <summary>The operations that have limits of their own. The name in configuration, keys and headers is the path segment.</summary>
public static class Operation
{
    /// <summary><c>POST /run</c>.</summary>
    public const string Run = "run";

    /// <summary><c>POST /runsync</c>.</summary>
    public const string RunSync = "runsync";

    /// <summary><c>/status/{id}</c>.</summary>
    public const string Status = "status";

    /// <summary><c>/status-sync/{id}</c>.</summary>
    public const string StatusSync = "status-sync";

    /// <summary><c>/stream/{id}</c>.</summary>
    public const string Stream = "stream";

    /// <summary><c>POST /cancel/{id}</c>.</summary>
    public const string Cancel = "cancel";

    /// <summary><c>POST /retry/{id}</c>.</summary>
    public const string Retry = "retry";

    /// <summary><c>POST /purge-queue</c>.</summary>
    public const string PurgeQueue = "purge-queue";

    /// <summary><c>GET /requests</c>.</summary>
    public const string Requests = "requests";

    /// <summary><c>/batch</c> and the paths below it that change something.</summary>
    public const string Batch = "batch";

    /// <summary><c>GET /batch</c> and the paths below it.</summary>
    public const string BatchStatus = "batch-status";

    /// <summary><c>GET /health</c>.</summary>
    public const string Health = "health";

    /// <summary><c>/webhooks/secret</c> and <c>POST /webhooks/secret/rotate</c>.</summary>
    public const string Webhooks = "webhooks";
}
