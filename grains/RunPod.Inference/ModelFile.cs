namespace RunPod.Inference;

/// <summary>A file that a run produced, such as <c>0.png</c>; <c>output.json</c> is taken for an output that is too large.</summary>
public sealed record ModelFile(string Name, string ContentType, ReadOnlyMemory<byte> Content);
