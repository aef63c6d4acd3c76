using System.Text.Json;

namespace RunPod.Chaos.Model;

/// <summary>A job's <c>output</c>. No two runs of the model give the same.</summary>
/// <param name="Token">The token of the input.</param>
/// <param name="Run">The run of the model.</param>
/// <param name="Attempt">The number of the attempt, which the service told the model in a URL.</param>
internal sealed record JobOutput(string Token, string Run, int Attempt)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Null if that is not an output of this model.</summary>
    public static JobOutput? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JobOutput>(json, JsonSerializerOptions.Web) is { Token: not null, Run: not null } output ? output : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
