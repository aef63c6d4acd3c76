using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RunPod.Tests.Http;

namespace RunPod.Tests.EndToEnd;

/// <summary>Clients that submit one job after another until they are told to stop, each to its own front end, and what they got.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int ClientsPerFrontEnd = 2;

    // Between two jobs of a client.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _endpoint;
    private readonly Task _running;
    private int _lastNumber;

    public SteadyLoad(IReadOnlyList<HttpClient> frontEnds, string endpoint)
    {
        _endpoint = endpoint;
        _running = Task.WhenAll(Enumerable.Range(0, frontEnds.Count * ClientsPerFrontEnd)
            .Select(i => Task.Run(() => RunAsync(frontEnds[i % frontEnds.Count], i % frontEnds.Count))));
    }

    public ConcurrentQueue<Answer> Answers { get; } = new();

    public IEnumerable<Answer> Accepted => Answers.Where(answer => answer.Status == HttpStatusCode.OK);

    public IEnumerable<Answer> Refused => Answers.Where(answer => answer.Status != HttpStatusCode.OK);

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Lets the requests under way end. A client that got no answer at all fails here.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(HttpClient http, int frontEnd)
    {
        while (!_stopping.IsCancellationRequested)
        {
            var began = Now;
            using var response = await http.PostAsync($"/v2/{_endpoint}/run", HttpAnswers.Json($$$"""{"input":{"number":{{{Interlocked.Increment(ref _lastNumber)}}}}}"""));
            var body = await response.ReadJsonAsync();
            Answers.Enqueue(new Answer(frontEnd, began, Now, response.StatusCode, response.Headers.RetryAfter?.Delta, body));
            await Task.Delay(Pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What one submission got.</summary>
    public sealed record Answer(int FrontEnd, TimeSpan BeganAt, TimeSpan EndedAt, HttpStatusCode Status, TimeSpan? RetryAfter, JsonElement Body)
    {
        public TimeSpan Took => EndedAt - BeganAt;

        /// <summary>Null if it was refused.</summary>
        public string? JobId => Body.TryGetProperty("id", out var id) ? id.GetString() : null;
    }
}
