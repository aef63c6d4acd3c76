namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A part of a batch's requests, in the order in which they were added.</summary>
internal sealed record BatchRequestsBody
{
    public required IReadOnlyList<BatchRequestBody> Requests { get; init; }

    public required long Total { get; init; }

    public required long Offset { get; init; }

    public required int Limit { get; init; }

    public required bool HasMore { get; init; }
}
