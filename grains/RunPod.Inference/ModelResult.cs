namespace RunPod.Inference;

/// <summary>What a run produced: files to store, and how to write the job's output once each file has a URL.</summary>
public sealed record ModelResult
{
    /// <summary>Files for the object store, in the order in which <see cref="RenderOutput"/> expects their URLs.</summary>
    public IReadOnlyList<ModelFile> Files { get; init; } = [];

    /// <summary>Writes the job's <c>output</c> as UTF-8 JSON, given one URL per file.</summary>
    public required Func<IReadOnlyList<Uri>, byte[]> RenderOutput { get; init; }
}
