using System.ComponentModel.DataAnnotations;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>What is to happen at the end.</summary>
internal sealed record FinalizeBody
{
    /// <summary>Gets the batch as a POST when it has ended. An http or https URL.</summary>
    [MaxLength(2048)]
    public string? Webhook { get; init; }
}
