using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Batches;
using RunPod.Grains.Limits;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

public sealed class BatchRoutesTests : IAsyncLifetime
{
    private const string Batches = $"/v2/{TestCluster.Endpoint}/batch";

    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync(configure: options => options.ConfigureSilo = (silo, _) =>
    {
        silo.Services.Configure<BatchOptions>(batches => (batches.MaxRequests, batches.MaxActive, batches.MaxQueued) = (80, 4, 100));
        silo.Services.Configure<RateLimitOptions>(limits => limits.Operations["batch-status"] = new RateLimit { Requests = 100_000, Concurrency = 100 });
    });

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Walkthrough_AsDocumented_AnswersTheDocumentedShapes()
    {
        using var created = await PostAsync("", """[{"input":{"text":"fox"}},{"input":{"text":"dog"}}]""");
        var draft = await created.ReadJsonAsync();
        var id = draft.GetProperty("id").GetString()!;
        Assert.Equal((200, "DRAFT"), ((int)created.StatusCode, draft.GetProperty("status").GetString()));
        Assert.Equal(["id", "status"], Names(draft));

        using var appended = await PostAsync($"/{id}/requests", """{"requests":[{"input":{"fail":"boom"}},{"input":4,"policy":{"executionTimeout":60000}}]}""");
        Assert.Equal(4, (await appended.ReadJsonAsync()).GetProperty("requestTotal").GetInt32());
        using var finalized = await _api.Client.PostAsync($"{Batches}/{id}/finalize", content: null);
        Assert.Equal("FINALIZED", (await finalized.ReadJsonAsync()).GetProperty("status").GetString());
        var batch = await EndAsync(id);

        Assert.Equal(
            ["id", "endpointId", "status", "requestTotal", "requestInProgress", "requestCompleted", "requestFailed", "createdAt", "finalizedAt", "endedAt"], Names(batch));
        Assert.Equal((id, TestCluster.Endpoint, "COMPLETED"), (Text(batch, "id"), Text(batch, "endpointId"), Text(batch, "status")));
        Assert.Equal((4, 0, 3, 1), (Number(batch, "requestTotal"), Number(batch, "requestInProgress"), Number(batch, "requestCompleted"), Number(batch, "requestFailed")));
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(batch.GetProperty("createdAt").GetInt64()), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);

        var page = await GetAsync($"/{id}/requests?offset=1&limit=2");
        Assert.Equal(["requests", "total", "offset", "limit", "hasMore"], Names(page));
        Assert.Equal((4, 1, 2, true), (Number(page, "total"), Number(page, "offset"), Number(page, "limit"), page.GetProperty("hasMore").GetBoolean()));
        var (dog, failed) = (page.GetProperty("requests")[0], page.GetProperty("requests")[1]);
        Assert.Equal(["id", "status", "startedAt", "completedAt", "output"], Names(dog));
        Assert.Equal("""{"text":"dog"}""", dog.GetProperty("output").GetRawText());
        Assert.Equal(["id", "status", "error", "startedAt", "completedAt"], Names(failed));
        Assert.Equal(("FAILED", "boom"), (Text(failed, "status"), Text(failed, "error")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", Text(failed, "startedAt"));

        // A request is a job like others.
        using var job = await _api.Client.GetAsync($"/v2/{TestCluster.Endpoint}/status/{Text(dog, "id")}");
        Assert.Equal("COMPLETED", Text(await job.ReadJsonAsync(), "status"));
    }

    [Fact]
    public async Task Requests_OutputsByteForByte_InPagesAndByState()
    {
        const string Input = """{ "a" : [1.00, 1e400, "\u00e9é", null],"a":2 }""";
        var large = $"\"{new string('x', 3_000_000)}\"";
        var id = await CreateAsync([$$"""{"input":{{Input}}}""", $$"""{"input":{{large}}}""", """{"input":{"fail":"no"}}""", .. Enumerable.Range(0, 66).Select(i => $$"""{"input":{{i}}}""")]);
        await PostOkAsync($"/{id}/finalize");
        await EndAsync(id);

        var outputs = new List<string>();
        JsonElement page;
        do
        {
            page = await GetAsync($"/{id}/requests?offset={outputs.Count}&limit=25");
            outputs.AddRange(page.GetProperty("requests").EnumerateArray().Select(request => request.TryGetProperty("output", out var output) ? output.GetRawText() : ""));
        }
        while (page.GetProperty("hasMore").GetBoolean());
        var failed = await GetAsync($"/{id}/requests?status=FAILED");
        var beyond = await GetAsync($"/{id}/requests?offset=69");

        Assert.Equal([Input, large, "", .. Enumerable.Range(0, 66).Select(i => i.ToString(CultureInfo.InvariantCulture))], outputs);
        Assert.Equal((1, 50), (Number(failed, "total"), Number(failed, "limit")));
        Assert.Equal("no", Text(Assert.Single(failed.GetProperty("requests").EnumerateArray()), "error"));
        Assert.Empty(beyond.GetProperty("requests").EnumerateArray());
        Assert.Equal((69, false), (Number(beyond, "total"), beyond.GetProperty("hasMore").GetBoolean()));
    }

    [Fact]
    public async Task Draft_RenameAndRemove_ShowInTheBatchAndTheList()
    {
        using var named = await PostAsync("?name=first", """[{"input":1},{"input":2}]""");
        var id = Text(await named.ReadJsonAsync(), "id");
        Assert.Equal("first", Text(await GetAsync($"/{id}"), "name"));
        var requests = (await GetAsync($"/{id}/requests")).GetProperty("requests");
        Assert.All(requests.EnumerateArray(), request => Assert.Equal("IN_QUEUE", Text(request, "status")));
        var first = Text(requests[0], "id");

        using var renamed = await _api.Client.PutAsync($"{Batches}/{id}", HttpAnswers.Json("""{"name":"nightly"}"""));
        using var removed = await _api.Client.DeleteAsync($"{Batches}/{id}/requests/{first}");
        using var again = await _api.Client.DeleteAsync($"{Batches}/{id}/requests/{first}");

        Assert.Equal("nightly", Text(await renamed.ReadJsonAsync(), "name"));
        Assert.Equal(1, Number(await removed.ReadJsonAsync(), "requestTotal"));
        await again.AssertErrorAsync(404, "request_not_found");
        var empty = await CreateAsync();
        var list = await GetAsync("?limit=1");
        Assert.Equal(["batches", "total", "offset", "limit", "hasMore"], Names(list));
        Assert.Equal((empty, 2, true), (Text(list.GetProperty("batches")[0], "id"), Number(list, "total"), list.GetProperty("hasMore").GetBoolean()));
        Assert.Equal(0, Number(await GetAsync("?status=COMPLETED"), "total"));
        Assert.Equal(2, Number(await GetAsync("?status=DRAFT"), "total"));
    }

    [Fact]
    public async Task Cancel_RunningBatch_DrainsAndAddsUp()
    {
        var id = await CreateAsync([.. Enumerable.Repeat("""{"input":{"hold":true}}""", 70)]);
        await PostOkAsync($"/{id}/finalize");
        await _api.Cluster.Model.Begun.WaitAsync();

        var draining = await PostOkAsync($"/{id}/cancel");
        _api.Cluster.Model.Release();
        var batch = await EndAsync(id);

        Assert.Equal("FINALIZED", Text(draining, "status"));
        Assert.Equal(("CANCELLED", 70, 1, 69, 69), (Text(batch, "status"), Number(batch, "requestTotal"), Number(batch, "requestCompleted"), Number(batch, "requestFailed"), Number(batch, "requestCancelled")));
        var cancelled = await GetAsync($"/{id}/requests?status=CANCELLED&limit=200");
        Assert.Equal(69, cancelled.GetProperty("requests").GetArrayLength());
        Assert.Equal("CANCELLED", Text(await PostOkAsync($"/{id}/cancel"), "status"));
    }

    [Fact]
    public async Task AnyOperation_NotADraft_SaysSo()
    {
        var id = await CreateAsync("""{"input":1}""");
        var request = Text((await GetAsync($"/{id}/requests")).GetProperty("requests")[0], "id");
        await PostOkAsync($"/{id}/finalize");
        await PostOkAsync($"/{id}/finalize");
        await EndAsync(id);

        using var append = await PostAsync($"/{id}/requests", """{"requests":[{"input":1}]}""");
        using var remove = await _api.Client.DeleteAsync($"{Batches}/{id}/requests/{request}");

        Assert.Contains("COMPLETED", await append.AssertErrorAsync(400, "batch_not_draft"), StringComparison.Ordinal);
        await remove.AssertErrorAsync(400, "batch_not_draft");
    }

    [Fact]
    public async Task AnyOperation_Limits_AreClear()
    {
        using var tooLarge = await PostAsync("", $"[{string.Join(',', Enumerable.Repeat("""{"input":1}""", 81))}]");
        var first = await CreateAsync([.. Enumerable.Repeat("""{"input":{"hold":true}}""", 79)]);
        using var tooMany = await PostAsync($"/{first}/requests", """{"requests":[{"input":1},{"input":2}]}""");
        var second = await CreateAsync([.. Enumerable.Repeat("""{"input":1}""", 22)]);
        var empty = await CreateAsync();
        await CreateAsync();
        using var tooManyBatches = await PostAsync("", "[]");
        await PostOkAsync($"/{first}/finalize");
        using var tooManyQueued = await _api.Client.PostAsync($"{Batches}/{second}/finalize", content: null);
        using var nothing = await _api.Client.PostAsync($"{Batches}/{empty}/finalize", content: null);

        Assert.Contains("80", await tooLarge.AssertErrorAsync(400, "batch_too_large"), StringComparison.Ordinal);
        await tooMany.AssertErrorAsync(400, "batch_too_large");
        await tooManyBatches.AssertErrorAsync(429, "too_many_batches");
        Assert.NotNull(tooManyBatches.Headers.RetryAfter);
        await tooManyQueued.AssertErrorAsync(429, "too_many_queued");
        await nothing.AssertErrorAsync(400, "batch_empty");
        Assert.Equal(79, Number(await GetAsync($"/{first}"), "requestTotal"));
    }

    [Fact]
    public async Task Create_OneWrongRequest_StoresNothing()
    {
        using var wrong = await PostAsync("", """[{"input":"marker of this test"},{"inputs":2}]""");

        Assert.Contains("Request 1,", await wrong.AssertErrorAsync(400, "missing_input"), StringComparison.Ordinal);
        Assert.Empty(await _api.Cluster.FindInStoreAsync("marker of this test"));
        Assert.Equal(0, Number(await GetAsync(""), "total"));
    }

    [Theory]
    [InlineData("POST", "", """{"requests":[]}""", 400, "invalid_body")]
    [InlineData("POST", "", "[", 400, "invalid_json")]
    [InlineData("POST", "", "", 400, "invalid_body")]
    [InlineData("POST", "/{id}/requests", "[]", 400, "invalid_body")]
    [InlineData("POST", "/{id}/finalize", """{"webhook":"ftp://x"}""", 400, "invalid_webhook")]
    [InlineData("PUT", "/{id}", "{}", 400, "invalid_name")]
    [InlineData("GET", "?limit=0", null, 400, "invalid_query")]
    [InlineData("GET", "?status=RUNNING", null, 400, "invalid_query")]
    [InlineData("GET", "/{id}/requests?offset=-1", null, 400, "invalid_query")]
    [InlineData("GET", "/{id}/requests?status=DRAFT", null, 400, "invalid_query")]
    [InlineData("GET", "/batch_0123456789abcdef0123456789abcdef", null, 404, "batch_not_found")]
    [InlineData("GET", "/something", null, 404, "batch_not_found")]
    [InlineData("GET", "/something/requests", null, 404, "batch_not_found")]
    [InlineData("POST", "/something/finalize", "", 404, "batch_not_found")]
    [InlineData("POST", "/something/cancel", "", 404, "batch_not_found")]
    [InlineData("POST", "/something/requests", """{"requests":[]}""", 404, "batch_not_found")]
    [InlineData("PUT", "/something", """{"name":"x"}""", 404, "batch_not_found")]
    [InlineData("DELETE", "/something/requests/req_x-0", null, 404, "batch_not_found")]
    [InlineData("DELETE", "/{id}/requests/req_x-0", null, 404, "request_not_found")]
    [InlineData("PATCH", "/{id}", "{}", 405, "method_not_allowed")]
    public async Task AnyOperation_WrongRequest_IsAClearError(string method, string path, string? body, int status, string code)
    {
        var id = path.Contains("{id}", StringComparison.Ordinal) ? await CreateAsync("""{"input":1}""") : "";
        using var request = new HttpRequestMessage(new HttpMethod(method), Batches + path.Replace("{id}", id, StringComparison.Ordinal));
        request.Content = body is null ? null : HttpAnswers.Json(body);

        using var response = await _api.Client.SendAsync(request);

        await response.AssertErrorAsync(status, code);
    }

    [Fact]
    public async Task AnyOperation_SomebodyElsesBatch_IsNotFound()
    {
        using var eve = await _api.CreateClientAsync("eve");
        var id = await CreateAsync("""{"input":1}""");

        using var get = await eve.GetAsync($"{Batches}/{id}");
        using var requests = await eve.GetAsync($"{Batches}/{id}/requests");
        using var append = await eve.PostAsync($"{Batches}/{id}/requests", HttpAnswers.Json("""{"requests":[]}"""));
        using var finalize = await eve.PostAsync($"{Batches}/{id}/finalize", content: null);
        using var cancel = await eve.PostAsync($"{Batches}/{id}/cancel", content: null);
        using var rename = await eve.PutAsync($"{Batches}/{id}", HttpAnswers.Json("""{"name":"mine"}"""));
        using var list = await eve.GetAsync(Batches);

        foreach (var response in new[] { get, requests, append, finalize, cancel, rename })
        {
            await response.AssertErrorAsync(404, "batch_not_found");
        }

        Assert.Equal(0, Number(await list.ReadJsonAsync(), "total"));
        Assert.Equal("DRAFT", Text(await GetAsync($"/{id}"), "status"));
    }

    [Fact]
    public async Task Append_BodyTooLarge_IsRefused()
    {
        var id = await CreateAsync();

        using var response = await PostAsync($"/{id}/requests", $$"""{"requests":[{"input":"{{new string('x', 10 * 1024 * 1024)}}"}]}""");

        await response.AssertErrorAsync(413, "body_too_large");
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private Task<HttpResponseMessage> PostAsync(string path, string body) => _api.Client.PostAsync(Batches + path, HttpAnswers.Json(body));

    private async Task<JsonElement> PostOkAsync(string path)
    {
        using var response = await _api.Client.PostAsync(Batches + path, content: null);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private async Task<string> CreateAsync(params string[] requests)
    {
        using var response = await PostAsync("", $"[{string.Join(',', requests)}]");
        Assert.Equal(200, (int)response.StatusCode);
        return Text(await response.ReadJsonAsync(), "id");
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _api.Client.GetAsync(Batches + path);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private async Task<JsonElement> EndAsync(string id)
    {
        JsonElement batch = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                batch = await GetAsync($"/{id}");
                return Text(batch, "status") is not ("DRAFT" or "FINALIZED");
            },
            "the batch ends");
        return batch;
    }
}
