namespace RunPod.Api.OpenApi;

/// <summary>A body of one media type.</summary>
/// <param name="Schema">The type whose schema it has.</param>
/// <param name="Description">A sentence.</param>
/// <param name="Examples">Whole bodies.</param>
internal sealed record ContentDoc(Type Schema, string Description, params IReadOnlyList<ExampleDoc> Examples)
{
    public const string Json = "application/json";

    /// <summary>Whether a request may come without it.</summary>
    public bool IsOptional { get; init; }

    public string MediaType { get; init; } = Json;
}
