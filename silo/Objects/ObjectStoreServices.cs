using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects;

internal static class ObjectStoreServices
{
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    /// <summary>Files of jobs in a local folder, served by <see cref="LocalObjectEndpoints.MapLocalObjects"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="dataFolder">The absolute data folder, under which the default folder lies; also where a relative one starts.</param>
    /// <param name="signingKey">Signs the URLs.</param>
    public static IServiceCollection AddLocalObjectStore(this IServiceCollection services, string dataFolder, IUrlSigningKey signingKey)
    {
        services.AddOptions<ObjectStoreOptions>()
            .BindConfiguration(ObjectStoreOptions.Section)
            .Validate(
                o => o.PublicBaseUrl.Length == 0 || IsBaseUrl(o.PublicBaseUrl),
                "ObjectStore:PublicBaseUrl must be an absolute http or https URL without query, such as 'https://api.example.com'.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(signingKey);
        services.AddSingleton<SignedUrls>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ObjectStoreOptions>>().Value;
            var folder = options.Folder.Length > 0 ? options.Folder : "objects";
            var store = new LocalObjectStore(Path.GetFullPath(Path.Combine(dataFolder, folder)), options.PublicBaseUrl, provider.GetRequiredService<SignedUrls>());
            store.DeleteUnfinished(provider.GetRequiredService<TimeProvider>().GetUtcNow() - LongestWrite);
            return store;
        });
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<LocalObjectStore>());
        return services;
    }

    private static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0;
}
