using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Idempotency;
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
    public ValueTask<OrError<BatchBodyRequest<JobSubmission[]>>> ReadArrayAsync(HttpContext http, string endpointId) =>
        ReadAsync(http, endpointId, _limit, body => ToSubmissions(http, BatchBodyReader.ReadArray(body, _maxRequests)));

    /// <summary>The requests that are added to one.</summary>
    public ValueTask<OrError<BatchBodyRequest<JobSubmission[]>>> ReadRequestsAsync(HttpContext http, string endpointId) =>
        ReadAsync(http, endpointId, _limit, body => ToSubmissions(http, BatchBodyReader.ReadRequests(body, _maxRequests)));

    public static ValueTask<OrError<string?>> ReadNameAsync(HttpContext http) =>
        JobBodyReader.ReadAsync(http.Request, SmallBody, BatchBodyReader.ReadName, http.RequestAborted);

    public static ValueTask<OrError<BatchBodyRequest<string?>>> ReadWebhookAsync(HttpContext http, string endpointId) =>
        ReadAsync(http, endpointId, SmallBody, BatchBodyReader.ReadWebhook);

    private static async ValueTask<OrError<BatchBodyRequest<T>>> ReadAsync<T>(
        HttpContext http, string endpointId, long limit, Func<ReadOnlySequence<byte>, OrError<T>> read)
    {
        var key = IdempotencyHeader.Read(http.Request);
        if (key.Error is { } badKey)
        {
            return badKey;
        }

        using var hash = key.Value is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var found = await JobBodyReader.ReadAsync(http.Request, limit, ReadAll, http.RequestAborted);
        if (found.Error is { } error)
        {
            return error;
        }

        var fingerprint = hash is null ? "" : IdempotencyHeader.Fingerprint(OperationOf(http.Request), hash.GetHashAndReset());
        return new BatchBodyRequest<T>(found.Value!, key.Value is { } text ? new IdempotencyRequest(endpointId, http.User.UserId(), text, fingerprint) : null);

        OrError<T> ReadAll(ReadOnlySequence<byte> body)
        {
            foreach (var segment in body)
            {
                hash?.AppendData(segment.Span);
            }

            return read(body);
        }
    }

    // The path has the batch, the query a new one's name.
    private static string OperationOf(HttpRequest request) => $"{request.Method} {request.Path} {request.QueryString}";

    private OrError<JobSubmission[]> ToSubmissions(HttpContext http, OrError<List<JobEnvelope>> envelopes) =>
        envelopes.IsError ? envelopes.Error : jobs.ToSubmissions(http, envelopes.Value);
}
