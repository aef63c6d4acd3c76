using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RunPod.Chaos.Clusters;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Model;

namespace RunPod.Chaos.Load;

/// <summary>Calls the API as a client of one user, each time through a front end of its own choice, and notes every call in the history. Never throws for what the service does.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string Jobs = $"/v2/{ChaosCluster.Endpoint}";

    // RunPod's clients give up after 3 to 10 seconds.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions BodyOptions = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _name;
    private readonly string? _webhookUrl;
    private readonly ChaosCluster _cluster;
    private readonly HistoryLog _history;
    private readonly Random _random;
    private readonly HttpClient _http;

    public ApiClient(string name, User user, ChaosCluster cluster, HistoryLog history, Random random)
    {
        (_name, _webhookUrl, _cluster, _history, _random) = (name, user.WebhookUrl, cluster, history, random);
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user.Key);
    }

    public Task<Observation> RunAsync(Submission sent) => SendAsync("run", HttpMethod.Post, $"{Jobs}/run", sent: sent);

    public Task<Observation> RunSyncAsync(Submission sent, TimeSpan wait) =>
        SendAsync("runsync", HttpMethod.Post, $"{Jobs}/runsync?wait={Milliseconds(wait)}", sent: sent, wait: wait);

    public Task<Observation> StatusAsync(string jobId) => SendAsync("status", HttpMethod.Get, $"{Jobs}/status/{jobId}", jobId);

    public Task<Observation> StatusSyncAsync(string jobId, TimeSpan wait) =>
        SendAsync("status-sync", HttpMethod.Get, $"{Jobs}/status-sync/{jobId}?wait={Milliseconds(wait)}", jobId, wait: wait);

    public Task<Observation> StreamAsync(string jobId) => SendAsync("stream", HttpMethod.Get, $"{Jobs}/stream/{jobId}", jobId);

    public Task<Observation> CancelAsync(string jobId) => SendAsync("cancel", HttpMethod.Post, $"{Jobs}/cancel/{jobId}", jobId);

    public Task<Observation> RetryAsync(string jobId) => SendAsync("retry", HttpMethod.Post, $"{Jobs}/retry/{jobId}", jobId);

    public Task<Observation> HealthAsync() => SendAsync("health", HttpMethod.Get, $"{Jobs}/health");

    /// <summary>How many jobs of the endpoint have been given to workers; 0 if there is no answer.</summary>
    public async Task<int> RunningAsync() => (await HealthAsync()).Running;

    public void Dispose() => _http.Dispose();

    private async Task<Observation> SendAsync(string operation, HttpMethod method, string path, string? jobId = null, Submission? sent = null, TimeSpan wait = default)
    {
        var node = _cluster.Pick(_random);
        using var request = new HttpRequestMessage(method, new Uri(node.Address, path));
        if (method == HttpMethod.Post)
        {
            // Never empty: the HTTP client repeats a request by itself as long as no body is on its way.
            request.Content = new StringContent(sent is null ? "{}" : BodyOf(sent), Encoding.UTF8, "application/json");
        }

        if (sent is { IsIdempotent: true })
        {
            request.Headers.Add("Idempotency-Key", sent.Token);
        }

        var observation = new Observation { Start = _history.Now, End = 0, Client = _name, Node = node.Name, Operation = operation, Sent = sent, JobId = jobId };
        observation = await AnswerAsync(request, observation, Limit + wait) with { End = _history.Now };
        _history.Add(observation);
        return observation;
    }

    private async Task<Observation> AnswerAsync(HttpRequestMessage request, Observation observation, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            var answer = body.Length == 0 ? new JobAnswer() : JsonSerializer.Deserialize<JobAnswer>(body, JsonSerializerOptions.Web)!;
            return observation with
            {
                Http = (int)response.StatusCode,
                JobId = answer.Id ?? observation.JobId,
                Code = answer.Code,
                Status = answer.Status,
                Retries = answer.Retries,
                Output = answer.Output?.GetRawText(),
                Error = answer.Error,
                Running = answer.Jobs?.InProgress ?? 0,
                Chunks = answer.Stream is { Count: > 0 } stream ? [.. stream.Select(chunk => ChunkOf(chunk.Output)).OfType<Chunk>()] : null,
            };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return observation with { Failure = "timeout" };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return observation with { Failure = KindOf(exception) };
        }
        catch (JsonException exception)
        {
            return observation with { Failure = $"not JSON: {exception.Message}" };
        }
    }

    private string BodyOf(Submission sent) => JsonSerializer.Serialize(
        new
        {
            input = JobInput.Of(sent),
            webhook = sent.Webhook ? _webhookUrl : null,
            policy = new { sent.LowPriority, sent.ExecutionTimeout, ttl = sent.TimeToLive },
        },
        BodyOptions);

    /// <summary>A chunk, or null for progress, which the stream has as well.</summary>
    private static Chunk? ChunkOf(JsonElement output) => output.TryGetProperty("n", out _) ? output.Deserialize<Chunk>(JsonSerializerOptions.Web) : null;

    private static string KindOf(Exception exception) => exception switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "refused",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "not connected",
        _ => "connection lost",
    };

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
