using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace RunPod.Grains.Endpoints;

/// <summary>The endpoints that this silo's workers serve: the folders of the model repository, and what the configuration adds.</summary>
internal sealed partial class ServedEndpoints
{
    public ServedEndpoints(IOptions<ModelRepositoryOptions> repository, IOptions<Dictionary<string, EndpointOptions>> configured)
    {
        var root = Path.GetFullPath(repository.Value.Folder);
        var folders = Directory.Exists(root)
            ? Directory.GetDirectories(root).Select(Path.GetFileName).OfType<string>().Where(name => NamePattern().IsMatch(name))
            : [];
        All = [.. folders.Union(configured.Value.Keys).Order(StringComparer.Ordinal).Select(id =>
        {
            var options = configured.Value.GetValueOrDefault(id);
            return new ServedEndpoint(id, Path.GetFullPath(options?.Model ?? Path.Combine(root, id)), options?.Devices);
        })];
    }

    public IReadOnlyList<ServedEndpoint> All { get; }

    /// <summary>What an endpoint's name may be: it is a path segment of URLs, keys and files.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex NamePattern();
}
