namespace RunPod.Silo.Startup;

/// <summary>Reminds of what no process can see for itself: workers and front ends must mean the same folder.</summary>
internal static partial class SharedFolderNote
{
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "This process has one role of two and files of jobs lie in the folder {Folder}. Every worker and front end must see the same folder there (ObjectStore:Folder on a shared volume), "
        + "or set ObjectStore:S3 to use a bucket; otherwise the URLs in outputs answer 404")]
    public static partial void Log(ILogger logger, string folder);
}
