using System.Collections.Concurrent;
using RunPod.Contracts.Objects;

namespace RunPod.Tests.Support;

/// <summary>Every job's store: one that answers no upload until <see cref="Release"/>.</summary>
internal sealed class HeldObjectStores : IObjectStores, IObjectStore
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Counts the uploads that have begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    public ConcurrentQueue<string> Deleted { get; } = new();

    public void Release() => _released.TrySetResult();

    public IObjectStore Open(byte[]? s3Config) => this;

    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Begun.Release();
        await _released.Task.WaitAsync(cancellationToken);
    }

    public Uri GetUrl(string key, string requestBaseUrl, DateTimeOffset expiresAt) => new($"{requestBaseUrl}/files/{key}");

    public Task DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        Deleted.Enqueue(prefix);
        return Task.CompletedTask;
    }
}
