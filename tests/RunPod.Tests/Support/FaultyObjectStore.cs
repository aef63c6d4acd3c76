using RunPod.Contracts.Objects;

namespace RunPod.Tests.Support;

/// <summary>A file store for jobs without files, whose deletions do what the test says.</summary>
internal sealed class FaultyObjectStore : IObjectStore
{
    /// <summary>Runs for each deletion, with its prefix.</summary>
    public Func<string, Task> OnDelete { get; set; } = _ => Task.CompletedTask;

    public Task DeleteAllAsync(string prefix, CancellationToken cancellationToken) => OnDelete(prefix);

    public Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Uri GetUrl(string key, string requestBaseUrl, DateTimeOffset expiresAt) => throw new NotSupportedException();
}
