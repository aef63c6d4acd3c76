using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Http;

/// <summary>A request and what came of it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Answers">Its answers; more than one if the server saw more than one request in it.</param>
/// <param name="Failure">Why there is no answer, or no further one.</param>
/// <param name="Elapsed">From the sending, in a pipeline from the answer before, to the first answer.</param>
internal sealed record Exchange(FuzzRequest Request, IReadOnlyList<Answer> Answers, string? Failure, TimeSpan Elapsed)
{
    public const string Late = "no answer in time";
    public const string Closed = "closed without an answer";
    public const string Reset = "reset without an answer";
}
