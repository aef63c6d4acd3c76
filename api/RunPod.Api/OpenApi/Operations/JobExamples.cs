namespace RunPod.Api.OpenApi.Operations;

/// <summary>Jobs in every state, as a Stable Diffusion endpoint answers them.</summary>
internal static class JobExamples
{
    public static ExampleDoc Request { get; } = new("picture", "A picture",
        """{"input": {"prompt": "a red circle on a blue background", "seed": 4}}""");

    public static ExampleDoc RequestWithPolicy { get; } = new("policy", "A picture that nobody waits for",
        """{"input": {"prompt": "a castle at night", "num_outputs": 2}, "policy": {"executionTimeout": 60000, "ttl": 3600000, "lowPriority": true}, "webhook": "https://example.com/done"}""");

    public static ExampleDoc Accepted { get; } = new("accepted", "Accepted",
        """{"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "IN_QUEUE"}""");

    public static ExampleDoc StillRunning { get; } = new("open", "The wait is over, the job is not",
        """{"id": "sync-1d3fe5e6-0e6a-4b8c-9b39-d0a1cb4a1d4f", "status": "IN_PROGRESS"}""");

    public static ExampleDoc Queued { get; } = new("queued", "Waits for a worker",
        """{"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "IN_QUEUE", "retries": 0}""");

    public static ExampleDoc Running { get; } = new("running", "On a worker",
        """{"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "IN_PROGRESS", "delayTime": 2, "retries": 0, "workerId": "laptop-cpu-0-0", "gpu": "CPU", "output": {"progress": 0.25, "step": 2, "steps": 8, "picture": 1, "pictures": 1}}""");

    public static ExampleDoc Completed { get; } = new("completed", "Completed",
        """
        {"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "COMPLETED", "delayTime": 2, "executionTime": 2887, "retries": 0, "workerId": "laptop-cpu-0-0", "gpu": "CPU",
         "output": [{"image": "http://localhost:8000/files/stable-diffusion-v1/ccc1657b-6ab6-49c4-af78-f32580861592/1/0.png?expires=1795566609&signature=2wLHT_x1NC9i-dcA5irWCL2tcC0DafRqzQlRyShVdhM", "seed": 4}]}
        """);

    public static ExampleDoc Failed { get; } = new("failed", "The model refused the input",
        """
        {"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "FAILED", "delayTime": 2, "executionTime": 1, "error": "prompt is a required input.", "retries": 0,
         "workerId": "laptop-cpu-0-0", "gpu": "CPU"}
        """);

    public static ExampleDoc Cancelled { get; } = new("cancelled", "Cancelled while it ran",
        """{"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "CANCELLED", "delayTime": 2, "executionTime": 512, "retries": 0, "workerId": "laptop-cpu-0-0", "gpu": "CPU"}""");

    public static ExampleDoc TimedOut { get; } = new("timed-out", "Took longer than its policy allows",
        """
        {"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "TIMED_OUT", "delayTime": 2, "executionTime": 60000,
         "error": "The job ran longer than its executionTimeout of 60000 ms. Set policy.executionTimeout to give it more time.", "retries": 0, "workerId": "laptop-cpu-0-0", "gpu": "CPU"}
        """);

    public static ExampleDoc[] Whole { get; } = [Queued, Running, Completed, Failed, Cancelled, TimedOut];
}
