namespace RunPod.Api.OpenApi.Schemas;

/// <summary>Requests to add.</summary>
internal sealed record AppendBody
{
    public required IReadOnlyList<JobRequestBody> Requests { get; init; }
}
