using RunPod.Api.Endpoints;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about the service as a whole.</summary>
internal static class ServiceOperations
{
    public static OperationDoc Status { get; } = new("serviceStatus", "Whether a key is good")
    {
        Description = "Answers whoever has a key. n8n and other tools ask this to test a credential.",
        Answers = [new(typeof(ServiceStatusBody), "The key is good.", new ExampleDoc("ok", "The answer", """{"status": "ok"}"""))],
    };
}
