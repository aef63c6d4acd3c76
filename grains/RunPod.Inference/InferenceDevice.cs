namespace RunPod.Inference;

/// <summary>A device of this machine on which models run.</summary>
/// <param name="Id"><c>cpu:0</c>, or <c>cuda:N</c> with CUDA's device ordinal.</param>
/// <param name="Name">What clients see as <c>gpu</c>, such as <c>NVIDIA H100</c> or <c>CPU</c>.</param>
public sealed record InferenceDevice(string Id, string Name)
{
    /// <summary>Whether the device is a CUDA device.</summary>
    public bool IsCuda => Id.StartsWith("cuda:", StringComparison.Ordinal);

    /// <summary>The number after the colon.</summary>
    public int Ordinal => int.Parse(Id.AsSpan(Id.IndexOf(':', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture);
}
