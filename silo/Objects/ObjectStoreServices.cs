using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;
using RunPod.Silo.Objects.S3;

namespace RunPod.Silo.Objects;

internal static class ObjectStoreServices
{
    /// <summary>
    /// Files of jobs in the configured bucket, or in a local folder served by <see cref="LocalObjectEndpoints.MapLocalObjects"/>, or in the bucket
    /// of a request. The last needs <c>ISecretProtector</c> and <see cref="Egress.GuardedHttp"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="dataFolder">The absolute data folder, under which the default folder lies; also where a relative one starts.</param>
    /// <param name="signingKey">Signs the URLs of local files.</param>
    public static IServiceCollection AddObjectStores(this IServiceCollection services, string dataFolder, IUrlSigningKey signingKey)
    {
        services.AddOptions<ObjectStoreOptions>().BindConfiguration(ObjectStoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ObjectStoreOptions>, ObjectStoreOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(signingKey);
        services.AddSingleton<SignedUrls>();
        services.AddSingleton(provider => CreateLocalStore(provider, dataFolder));
        services.AddSingleton(provider => CreateS3Store(provider));
        services.AddSingleton<GuardedS3Http>();
        services.AddSingleton<S3Buckets>();
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<IOptions<ObjectStoreOptions>>().Value.UsesBucket
            ? provider.GetRequiredService<S3ObjectStore>()
            : provider.GetRequiredService<LocalObjectStore>());
        services.AddSingleton<IObjectStores, ObjectStores>();
        services.AddHostedService<LocalObjectSweep>();
        return services;
    }

    private static LocalObjectStore CreateLocalStore(IServiceProvider provider, string dataFolder)
    {
        var options = provider.GetRequiredService<IOptions<ObjectStoreOptions>>().Value;
        var folder = Path.GetFullPath(Path.Combine(dataFolder, options.Folder.Length > 0 ? options.Folder : "objects"));
        if (options.Folder.Length == 0)
        {
            // A configured one is the operator's, who may share it.
            PrivateFiles.EnsureFolder(folder, provider.GetRequiredService<ILogger<LocalObjectStore>>());
        }

        return new LocalObjectStore(folder, options.PublicBaseUrl, provider.GetRequiredService<SignedUrls>());
    }

    private static S3ObjectStore CreateS3Store(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ObjectStoreOptions>>().Value;
        return new S3ObjectStore(S3Buckets.OfService(options.S3), options.UploadTimeout, provider.GetRequiredService<TimeProvider>());
    }
}
