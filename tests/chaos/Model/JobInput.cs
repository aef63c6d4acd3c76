using System.Text.Json;
using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Model;

/// <summary>A job's <c>input</c>: what the model does.</summary>
internal sealed record JobInput(string Token, int Milliseconds, int Chunks, bool Fails)
{
    public static JobInput Of(Submission sent) => new(sent.Token, sent.Milliseconds, sent.Chunks, sent.Fails);

    public static JobInput Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<JobInput>(json, JsonSerializerOptions.Web) ?? throw new FormatException("The input of a job of this endpoint is an object.");
}
