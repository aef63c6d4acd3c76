using System.Text;
using System.Text.Json;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>Streams from the model to the client.</summary>
public sealed class ClusterStreamTests
{
    private const string Path = "/v2/" + TestCluster.Endpoint;

    [Fact]
    public async Task Stream_PolledAsRunPodsClientsDo_GivesEveryChunkOnce()
    {
        await using var api = await ClusterApi.StartAsync();
        var id = await api.RunAsync("""{"hold":true,"say":[{"chunk":0}],"sayAfter":[{"chunks":500,"bytes":10}]}""");
        var chunks = new List<string>();
        var status = "";
        while (status != "COMPLETED")
        {
            var answer = await StreamAsync(api, id);
            status = answer.GetProperty("status").GetString();
            chunks.AddRange(answer.GetProperty("stream").EnumerateArray().Select(chunk => chunk.GetProperty("output").GetRawText()));
            api.Cluster.Model.Release();
        }

        var last = await StreamAsync(api, id);

        Assert.Equal(["0", .. Streams.Chunks(500, 10)], chunks);
        Assert.Equal("""{"status":"COMPLETED","stream":[]}""", last.GetRawText());
    }

    [Fact]
    public async Task Stream_ClientHangsUpWhileItWaits_NextOneGetsTheChunk()
    {
        await using var api = await ClusterApi.StartAsync();
        var id = await api.RunAsync("""{"hold":true,"sayAfter":[{"chunk":"kept"}]}""");
        await api.Cluster.Model.Begun.WaitAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);
        await connection.SendAsync($"GET {Path}/stream/{id}?wait=60000 HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Key.Key}\r\n\r\n");
        Assert.Empty((await StreamAsync(api, id, "?wait=1000")).GetProperty("stream").EnumerateArray());

        connection.Abort();
        Assert.Empty((await StreamAsync(api, id, "?wait=1000")).GetProperty("stream").EnumerateArray());
        api.Cluster.Model.Release();
        await api.Cluster.EndOfAsync(id);

        Assert.Equal("""{"status":"COMPLETED","stream":[{"output":"kept"}]}""", (await StreamAsync(api, id)).GetRawText());
    }

    [Fact]
    public async Task Stream_SomebodyElsesJob_Answers404()
    {
        await using var api = await ClusterApi.StartAsync();
        using var other = await api.CreateClientAsync("eve");
        var id = await api.RunAsync("""{"say":[{"chunk":1}]}""");

        using var response = await other.GetAsync($"{Path}/stream/{id}");

        await response.AssertErrorAsync(404, "job_not_found");
    }

    [Fact]
    public async Task Events_FromBeforeTheStart_AreTheChunksAndTheJob()
    {
        await using var api = await ClusterApi.StartAsync();
        var id = await api.RunAsync("""{"hold":true,"say":[{"chunk":1}],"sayAfter":[{"chunks":100,"bytes":1000},{"progress":{"step":7}}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}/stream/{id}");
        request.Headers.Add("Accept", "text/event-stream");
        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        while (text.ToString().Split("keep-alive").Length < 4 || !text.ToString().Contains("data: 1\n", StringComparison.Ordinal))
        {
            text.Append(await reader.ReadLineAsync()).Append('\n');
        }

        api.Cluster.Model.Release();
        text.Append(await reader.ReadToEndAsync());

        var events = text.ToString().Split("\n\n").Where(part => !part.StartsWith(':')).ToList();
        Assert.Equal(["1", .. Streams.Chunks(100, 1000), """{"step":7}"""], events[..^2].Select(part => part["data: ".Length..]));
        Assert.StartsWith("event: done\ndata: {", events[^2], StringComparison.Ordinal);
        var job = JsonSerializer.Deserialize<JsonElement>(events[^2]["event: done\ndata: ".Length..]);
        Assert.Equal((id, "COMPLETED"), (job.GetProperty("id").GetString(), job.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Status_InProgress_ShowsTheProgress()
    {
        await using var api = await ClusterApi.StartAsync();
        var id = await api.RunAsync("""{"say":[{"progress":{"step":1}}],"hold":true}""");
        JsonElement job = default;
        await Eventually.HoldsAsync(async () => (job = await GetStatusAsync(api, id)).TryGetProperty("output", out _), "progress shows");

        Assert.Equal(("IN_PROGRESS", """{"step":1}"""), (job.GetProperty("status").GetString(), job.GetProperty("output").GetRawText()));
    }

    private static async Task<JsonElement> GetStatusAsync(ClusterApi api, string id)
    {
        using var response = await api.Client.GetAsync($"{Path}/status/{id}");
        return await response.ReadJsonAsync();
    }

    private static async Task<JsonElement> StreamAsync(ClusterApi api, string id, string query = "")
    {
        using var response = await api.Client.GetAsync($"{Path}/stream/{id}{query}");
        Assert.Equal(200, (int)response.StatusCode);
        return await response.ReadJsonAsync();
    }
}
