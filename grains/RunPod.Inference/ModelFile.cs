namespace RunPod.Inference;

/// <summary>A file that a run produced, such as <c>0.png</c>.</summary>
public sealed record ModelFile(string Name, string ContentType, ReadOnlyMemory<byte> Content);
