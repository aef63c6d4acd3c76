namespace RunPod.Silo.Store;

/// <summary>Where jobs are kept. With <c>ConnectionStrings:redis</c> set that Redis server is the store and the <c>Embedded…</c> settings are unused.</summary>
public sealed class StoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Store";

    /// <summary>The name of the connection string (<c>ConnectionStrings:redis</c>) that selects an external Redis server.</summary>
    public const string ConnectionStringName = "redis";

    /// <summary>Folder of everything that this process keeps on disk; a relative path starts at the content root. Two processes cannot share one.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>
    /// Where the embedded store's memory ends, in bytes with suffix k, m or g; it is taken as needed and holds all records, as in
    /// Redis. Beyond it older records move to disk, from where Garnet 2.2.8 does not always answer: stay well below it, and use a
    /// Redis server where the jobs of 30 minutes do not fit into memory.
    /// </summary>
    public string EmbeddedMemory { get; set; } = "16g";

    /// <summary>
    /// How far the embedded store's write-ahead log may grow before a checkpoint replaces it, in bytes with suffix k, m or g.
    /// It bounds the log on disk and the time of a start, which replays it. A checkpoint is as large as the records in memory, of which those that were
    /// rewritten since the one before it leave their old copy behind, in memory and in later checkpoints.
    /// </summary>
    public string EmbeddedLogLimit { get; set; } = "64m";

    /// <summary>How long a start waits for one attempt to reach an external Redis server; attempts go on until it answers.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Path of a PEM file: the certificate of the authority that signed the Redis server's, where the machine does not trust it already.
    /// For connection strings with <c>ssl=true</c>.
    /// </summary>
    public string? CertificateAuthority { get; set; }
}
