using Microsoft.OpenApi;
using RunPod.Api.Endpoints;

namespace RunPod.Api.OpenApi;

/// <summary>The names in paths mean the same everywhere.</summary>
internal static class PathParameters
{
    private static readonly Dictionary<string, (string Description, string Example)> Known = new(StringComparer.Ordinal)
    {
        [EndpointRoutes.EndpointId] = ("The endpoint: the name of a model's folder, or one from the configuration.", "stable-diffusion-v1"),
        ["jobId"] = ("The job's id, as the answer of `/run` or `/runsync` has it.", "ccc1657b-6ab6-49c4-af78-f32580861592"),
        ["batchId"] = ("The batch's id, as the answer to its creation has it.", "batch_0f3c1d2e4b5a69788796a5b4c3d2e1f0"),
        ["requestId"] = ("The id of a request of the batch.", "req_0f3c1d2e4b5a69788796a5b4c3d2e1f0-0"),
    };

    public static void Describe(OpenApiParameter parameter)
    {
        var (description, example) = Known[parameter.Name!];
        parameter.Description = description;
        parameter.Example = example;
    }
}
