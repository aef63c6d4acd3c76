using System.Text;
using System.Text.Json;
using RunPod.Inference;

namespace RunPod.Tests.Models;

/// <summary>Keeps the partial output of a run.</summary>
internal sealed class KeptOutput : IPartialOutput
{
    public List<JsonElement> Progress { get; } = [];

    public List<ModelFile> Files { get; } = [];

    public void ReportProgress(ReadOnlyMemory<byte> json) => Progress.Add(JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(json.Span)));

    public void ReportProgress(ModelFile file, Func<Uri?, byte[]> render)
    {
        Files.Add(file);
        ReportProgress(render(new Uri($"https://store/{file.Name}?a=1&b=2")));
    }

    public void Stream(ReadOnlyMemory<byte> json) => throw new NotSupportedException();
}
