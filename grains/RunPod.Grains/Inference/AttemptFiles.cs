using System.Buffers;
using System.Text.Json;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
using RunPod.Grains.Jobs;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>The files of one attempt: in which store they are and under which URLs.</summary>
internal sealed class AttemptFiles(IObjectStores stores, Assignment assignment, AttemptStart start, TimeProvider clock)
{
    private const string OutputName = "output.json";

    /// <summary>Whether anything may have been stored.</summary>
    public bool Any { get; private set; }

    private IObjectStore Store => field ??= stores.Open(start.S3Config);

    /// <summary>Stores a file; returns the URL under which anybody who holds it can fetch it.</summary>
    /// <exception cref="ObjectStoreException">It was not stored.</exception>
    public async Task<Uri> StoreAsync(ModelFile file, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.File(assignment.EndpointId, assignment.JobId, start.Attempt, file.Name);
        var store = Store;
        Any = true;
        await store.PutAsync(key, file.ContentType, file.Content, cancellationToken);
        return store.GetUrl(key, start.RequestBaseUrl, clock.GetUtcNow() + start.Retention);
    }

    /// <summary>Stores an output that is too large for the job; returns the one that the job gets instead.</summary>
    /// <exception cref="ObjectStoreException">It was not stored.</exception>
    public async Task<byte[]> StoreOutputAsync(byte[] output, CancellationToken cancellationToken)
    {
        var url = await StoreAsync(new ModelFile(OutputName, "application/json", output), cancellationToken);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("output_url", url.AbsoluteUri);
            json.WriteNumber("bytes", output.Length);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="ObjectStoreException">Some may be left.</exception>
    public Task DeleteAllAsync(CancellationToken cancellationToken) =>
        Any ? Store.DeleteAllAsync(ObjectKeys.Attempt(assignment.EndpointId, assignment.JobId, start.Attempt), cancellationToken) : Task.CompletedTask;
}
