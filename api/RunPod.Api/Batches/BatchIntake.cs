using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RunPod.Api.Jobs;
using RunPod.Api.Limits;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Batches;

/// <summary>Reads what the batch operations send.</summary>
internal sealed class BatchIntake(JobIntake jobs, IOptions<RequestLimitsOptions> limits, IOptions<BatchOptions> batches)
{
    // A name or a URL and their JSON.
    private const int SmallBody = 64 * 1024;

    private readonly long _limit = limits.Value.Batch;
    private readonly int _maxRequests = batches.Value.MaxRequests;

    /// <summary>The requests of a new batch.</summary>
    public ValueTask<OrError<JobSubmission[]>> ReadArrayAsync(HttpContext http) =>
        ToSubmissionsAsync(http, JobBodyReader.ReadAsync(http.Request, _limit, body => BatchBodyReader.ReadArray(body, _maxRequests), http.RequestAborted));

    /// <summary>The requests that are added to one.</summary>
    public ValueTask<OrError<JobSubmission[]>> ReadRequestsAsync(HttpContext http) =>
        ToSubmissionsAsync(http, JobBodyReader.ReadAsync(http.Request, _limit, body => BatchBodyReader.ReadRequests(body, _maxRequests), http.RequestAborted));

    public static ValueTask<OrError<string?>> ReadNameAsync(HttpContext http) =>
        JobBodyReader.ReadAsync(http.Request, SmallBody, BatchBodyReader.ReadName, http.RequestAborted);

    public static ValueTask<OrError<string?>> ReadWebhookAsync(HttpContext http) =>
        JobBodyReader.ReadAsync(http.Request, SmallBody, BatchBodyReader.ReadWebhook, http.RequestAborted);

    private async ValueTask<OrError<JobSubmission[]>> ToSubmissionsAsync(HttpContext http, ValueTask<OrError<List<JobEnvelope>>> reading)
    {
        var envelopes = await reading;
        return envelopes.IsError ? envelopes.Error : jobs.ToSubmissions(http, envelopes.Value);
    }
}
