using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>What a model gave before its end: JSON, or a file and the JSON around its URL.</summary>
internal sealed record PartialOutput
{
    /// <summary>What the entry itself takes.</summary>
    private const int Overhead = 64;

    public ReadOnlyMemory<byte> Json { get; init; }

    public ModelFile? File { get; init; }

    public Func<Uri?, byte[]>? Render { get; init; }

    /// <summary>Whether <c>/status</c> shows it.</summary>
    public bool IsProgress { get; init; }

    /// <summary>Whether later progress makes it worthless.</summary>
    public bool IsSkippable => IsProgress && Render is null;

    public int Bytes => Overhead + Json.Length + (File?.Content.Length ?? 0);
}
