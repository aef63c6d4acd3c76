using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Api.OpenApi.Schemas;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about streams.</summary>
internal static class StreamOperations
{
    private static readonly ExampleDoc Running = new("running", "Two steps of eight",
        """
        {"status": "IN_PROGRESS", "stream": [{"output": {"progress": 0.125, "step": 1, "steps": 8, "picture": 1, "pictures": 1}},
                                             {"output": {"progress": 0.25, "step": 2, "steps": 8, "picture": 1, "pictures": 1}}]}
        """);

    private static readonly ExampleDoc Ended = new("ended", "The end of the stream", """{"status": "COMPLETED", "stream": []}""");

    private static readonly ExampleDoc Events = new("events", "The last step and the end",
        """
        data: {"progress":1,"step":8,"steps":8,"picture":1,"pictures":1}

        event: done
        data: {"id":"ccc1657b-6ab6-49c4-af78-f32580861592","status":"COMPLETED","delayTime":2,"executionTime":2887,"retries":0,"output":[]}


        """);

    public static OperationDoc Stream { get; } = new("stream", "What a job gives before its end")
    {
        Description = """
            Answers the chunks that nobody had yet, as soon as there are any; each goes to one answer only. With `Accept: text/event-stream` the connection stays open until the
            end: an event per chunk, `restart` when a lost attempt begins anew, `truncated` when chunks were dropped, and `done` with the job.
            """,
        Query = [QueryDoc.Milliseconds("wait", "How many milliseconds to wait for a chunk.", JobPolicyBounds.StreamWait, JobStreamReader.DefaultWait)],
        Answers =
        [
            new(typeof(StreamBody), "The chunks.", Running, Ended),
            new(typeof(string), "Server-sent events.", Events) { MediaType = "text/event-stream" },
        ],
        Errors = [ApiErrors.JobNotFound, ApiErrors.InvalidQuery("wait", "soon", JobPolicyBounds.StreamWait)],
    };
}
