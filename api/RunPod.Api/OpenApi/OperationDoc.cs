using RunPod.Api.Errors;

namespace RunPod.Api.OpenApi;

/// <summary>What the API description says about an operation; its route carries it as metadata.</summary>
/// <param name="Id">A name for generated clients.</param>
/// <param name="Summary">A line.</param>
internal sealed record OperationDoc(string Id, string Summary)
{
    public required string Description { get; init; }

    /// <summary>The values in the query.</summary>
    public IReadOnlyList<QueryDoc> Query { get; init; } = [];

    /// <summary>The headers that the operation reads.</summary>
    public IReadOnlyList<HeaderDoc> Headers { get; init; } = [];

    /// <summary>The request's body; null if none is read.</summary>
    public ContentDoc? Body { get; init; }

    /// <summary>What a success answers, one entry a media type.</summary>
    public required IReadOnlyList<ContentDoc> Answers { get; init; }

    /// <summary>Whether answers carry an <c>ETag</c>, and a client that has the answer gets 304.</summary>
    public bool HasTag { get; init; }

    /// <summary>What the operation may refuse beyond what all do: a wrong key, an unknown endpoint, a limit, an outage.</summary>
    public IReadOnlyList<ApiError> Errors { get; init; } = [];
}
