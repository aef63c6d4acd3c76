using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Store;

namespace RunPod.Tests.Support;

/// <summary>Opens a store as the host does: a Redis server by its connection string, an embedded store without one.</summary>
internal static class OpenStore
{
    public static Task<StoreConnection> AtAsync(
        TempFolder folder, string? connectionString = null, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = connectionString })
            .Build();
        return StoreConnection.OpenAsync(configuration, folder.Path, loggers ?? NullLoggerFactory.Instance, cancellationToken);
    }
}
