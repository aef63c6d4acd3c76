using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RunPod.Fuzz.Requests;
using RunPod.Fuzz.Rules;

namespace RunPod.Fuzz.Services;

/// <summary>What requests are about: jobs and batches of the caller, made anew in the course of a run, and of another user.</summary>
internal sealed partial class Subjects : IDisposable
{
    /// <summary>In the inputs of the other user's jobs.</summary>
    public const string Secret = "what-only-the-other-user-may-see";

    private readonly HttpClient _http;
    private readonly HttpClient _other;
    private readonly string _key;
    private readonly Findings _findings;
    private string[] _othersJobs = [];
    private string[] _othersBatches = [];
    private string? _batch;

    public Subjects(Uri address, string key, string othersKey, Findings findings)
    {
        (_http, _other, _key, _findings) = (Http(address, key), Http(address, othersKey), key, findings);
    }

    /// <summary>Makes the other user's things.</summary>
    public async Task PrepareAsync()
    {
        _othersJobs =
        [
            await IdOfAsync(_other, $"/v2/{FuzzedService.Echo}/runsync", Input(Secret)),
            await IdOfAsync(_other, $"/v2/{FuzzedService.Slow}/run", Input(Secret)),
        ];
        _othersBatches = [await IdOfAsync(_other, $"/v2/{FuzzedService.Echo}/batch", $"[{Input(Secret)}]")];
    }

    /// <summary>Makes the caller's things; all of these are valid requests, and a finding if they fail.</summary>
    public async Task<KnownIds> RenewAsync()
    {
        using (var live = await _http.GetAsync("/healthz/live"))
        {
            if (!live.IsSuccessStatusCode)
            {
                _findings.Add(Rule.Alive, $"/healthz/live answers {(int)live.StatusCode}", null, "");
            }
        }

        if (_batch is not null)
        {
            using var cancelled = await _http.PostAsync($"/v2/{FuzzedService.Echo}/batch/{_batch}/cancel", null);
        }

        var ended = await IdOfAsync(_http, $"/v2/{FuzzedService.Echo}/runsync", Input("mine"));
        var waiting = await IdOfAsync(_http, $"/v2/{FuzzedService.Slow}/run", Input("mine"), mayBeRefused: true);
        _batch = await IdOfAsync(_http, $"/v2/{FuzzedService.Echo}/batch", $"[{Input("mine")},{Input("too")}]", mayBeRefused: true);
        return new KnownIds(_key, new Dictionary<string, string[]>
        {
            ["endpointId"] = [FuzzedService.Echo, FuzzedService.Echo, FuzzedService.Echo, FuzzedService.Slow],
            ["jobId"] = [ended, waiting, ended, .. _othersJobs],
            ["batchId"] = [_batch, _batch, _batch, .. _othersBatches],
            ["requestId"] = [RequestOf(_batch), RequestOf(_othersBatches[0])],
        });
    }

    public async Task<(int Status, string Body)> StatusAsync(string endpoint, string jobId)
    {
        using var answer = await _http.GetAsync($"/v2/{endpoint}/status/{Uri.EscapeDataString(jobId)}");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Jobs of both endpoints that have not ended.</summary>
    public async Task<int> OpenJobsAsync()
    {
        var open = 0;
        foreach (var endpoint in (string[])[FuzzedService.Echo, FuzzedService.Slow])
        {
            using var health = JsonDocument.Parse(await _http.GetByteArrayAsync($"/v2/{endpoint}/health"));
            var jobs = health.RootElement.GetProperty("jobs");
            open += jobs.GetProperty("inQueue").GetInt32() + jobs.GetProperty("inProgress").GetInt32();
        }

        return open;
    }

    public void Dispose()
    {
        _http.Dispose();
        _other.Dispose();
    }

    private async Task<string> IdOfAsync(HttpClient http, string path, string body, bool mayBeRefused = false)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode && (!path.EndsWith("/runsync", StringComparison.Ordinal) || EndPattern().IsMatch(text)))
        {
            using var created = JsonDocument.Parse(text);
            return created.RootElement.GetProperty("id").GetString()!;
        }

        // The attack may have filled the queue, or made as many batches as a user may have.
        if (!mayBeRefused || (int)answer.StatusCode is not (429 or 400))
        {
            _findings.Add(Rule.Valid, $"{path} answers {(int)answer.StatusCode}", null, text.Length <= 200 ? text : text[..200]);
        }

        return "none";
    }

    private static string Input(string value) => $$$"""{"input":{"value":"{{{value}}}"}}""";

    private static string RequestOf(string batch) => $"{batch.Replace("batch_", "req_", StringComparison.Ordinal)}-0";

    // The attack purges the queue, too.
    [GeneratedRegex("\"status\":\"(COMPLETED|CANCELLED)\"")]
    private static partial Regex EndPattern();

    // Each request has a connection of its own: that one can be made is part of what is checked.
    private static HttpClient Http(Uri address, string key)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
        var http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}
