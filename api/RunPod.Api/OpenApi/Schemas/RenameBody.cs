using System.ComponentModel.DataAnnotations;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A name to give.</summary>
internal sealed record RenameBody
{
    /// <summary>Null or empty takes the name away.</summary>
    [MaxLength(256)]
    public required string Name { get; init; }
}
