using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Store;

namespace RunPod.Tests.Support;

/// <summary>Opens a store as the host does: a Redis server by its connection string, an embedded store without one.</summary>
internal static class OpenStore
{
    public static Task<StoreConnection> AtAsync(
        TempFolder folder,
        string? connectionString = null,
        ILoggerFactory? loggers = null,
        CancellationToken cancellationToken = default,
        params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)).Append(KeyValuePair.Create("ConnectionStrings:redis", connectionString)))
            .Build();
        return StoreConnection.OpenAsync(configuration, folder.Path, loggers ?? NullLoggerFactory.Instance, cancellationToken);
    }
}
