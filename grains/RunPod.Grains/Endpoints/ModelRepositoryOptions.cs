namespace RunPod.Grains.Endpoints;

/// <summary>The model repository. Section <c>Models</c>.</summary>
public sealed class ModelRepositoryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Models";

    /// <summary>A folder each of whose subfolders is served as the endpoint of its name.</summary>
    public string Folder { get; set; } = "models";
}
