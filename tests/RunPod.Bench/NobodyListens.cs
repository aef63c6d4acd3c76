using RunPod.Inference;

namespace RunPod.Bench;

/// <summary>Takes the partial output of a run of which only the time matters.</summary>
internal sealed class NobodyListens : IPartialOutput
{
    public void ReportProgress(ReadOnlyMemory<byte> json)
    {
    }

    public void ReportProgress(ModelFile file, Func<Uri?, byte[]> render)
    {
    }

    public void Stream(ReadOnlyMemory<byte> json)
    {
    }
}
