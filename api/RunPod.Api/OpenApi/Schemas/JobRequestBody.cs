using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A job to run. Other fields are ignored.</summary>
internal sealed record JobRequestBody
{
    /// <summary>What the model is to work on: any JSON value. Of a Stable Diffusion endpoint, an object with a prompt.</summary>
    public required JsonElement Input { get; init; }

    public PolicyBody? Policy { get; init; }

    /// <summary>Gets the job, its input included, as a POST when the job has ended. An http or https URL.</summary>
    [MaxLength(2048)]
    public string? Webhook { get; init; }

    /// <summary>A second receiver of the same.</summary>
    [MaxLength(2048)]
    public string? WebhookV2 { get; init; }

    public S3ConfigBody? S3Config { get; init; }
}
