using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(SharedSilosCollection))]
public sealed partial class MetricsTests(SharedSilos silos)
{
    private const string Secret = "marmaladexylophone";

    [Fact]
    public async Task Metrics_FrontendAndWorkerAfterUse_HaveWhatDashboardAndRulesAskForAndNothingOfUsers()
    {
        using var redis = await RedisServer.StartAsync();
        await using var frontend = await SiloProcess.StartWithTestModelAsync(redis, "--Roles=frontend");
        await using var worker = await SiloProcess.StartWithTestModelAsync(redis, "--Roles=worker");
        using var client = new JobClient(frontend.CreateClient((await frontend.RunAnotherAsync("keys", "create", "--user", Secret)).Output), SiloProcess.TestEndpoint);
        var jobId = await UseAsync(client);

        // The first health check and the webhook come in their own time.
        var used = NamesUsedBy("grafana/dashboards/runpod.json").Union(NamesUsedBy("prometheus/rules.yml")).ToArray();
        string[] scrapes = [];
        await Eventually.NothingIsLeftAsync(
            async () =>
            {
                scrapes = [await ScrapeAsync(frontend), await ScrapeAsync(worker)];
                return used.Except(scrapes.SelectMany(NamesIn));
            },
            "/metrics lacks what dashboard and rules ask for", Eventually.LongLimit);

        Assert.All(scrapes, scrape =>
        {
            Assert.All(scrape.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(LinePattern(), line));
            Assert.DoesNotContain(Secret, scrape, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("rpa_", scrape, StringComparison.Ordinal);
            Assert.DoesNotContain(jobId, scrape, StringComparison.Ordinal);
            Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}-", scrape);
        });
    }

    [Fact]
    public async Task Metrics_PathsThatNobodyServes_AddNoSeriesEach()
    {
        var silo = await silos.GetAsync(StoreKind.Embedded);
        using var client = silo.CreateClient();
        var (_, before) = await NotFoundAsync(silo, atLeast: 0);
        await AskAsync(client, 0);
        var (first, count) = await NotFoundAsync(silo, before + 3);

        for (var i = 1; i <= 20; i++)
        {
            await AskAsync(client, i);
        }

        Assert.Equal(first, (await NotFoundAsync(silo, count + 60)).Series);
    }

    [Fact]
    public async Task Metrics_DisabledAndOtlpEndpointSet_GoToTheCollectorAlone()
    {
        await using var collector = await WebhookReceiver.StartAsync();
        await using var silo = await SiloProcess.StartWithTestModelAsync(
            StoreKind.Redis, "--Metrics:Enabled=false", $"--OTEL_EXPORTER_OTLP_ENDPOINT={new Uri(collector.Url).GetLeftPart(UriPartial.Authority)}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_METRIC_EXPORT_INTERVAL=500");
        using var client = silo.CreateClient();

        using var response = await client.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);

        await Eventually.HoldsAsync(
            () => collector.Received.Any(push => push.Path == "/v1/metrics" && push.Body.AsSpan().IndexOf("runpod.queue.jobs"u8) >= 0),
            "the collector gets the queue's metrics");
    }

    /// <summary>Does of everything that is counted one; returns a job's id.</summary>
    private static async Task<string> UseAsync(JobClient client)
    {
        using var submitted = await client.PostAsync("run", new { input = new { prompt = Secret }, webhook = $"http://127.0.0.1:1/{Secret}" });
        Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
        var jobId = (await submitted.ReadJsonAsync()).GetProperty("id").GetString()!;
        await client.WaitForAsync(jobId, "COMPLETED");
        for (var i = 0; i < 3; i++)
        {
            using var purged = await client.PostAsync("purge-queue", new { });
        }

        return jobId;
    }

    private static async Task AskAsync(HttpClient client, int number)
    {
        foreach (var path in new[] { $"/nothing/{number}", $"/v2/endpoint-{number}/health", $"/v2/{JobClient.Endpoint}/status/job-{number}" })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    /// <summary>Reads <c>/metrics</c> as Prometheus does, without a key.</summary>
    private static async Task<string> ScrapeAsync(SiloProcess silo)
    {
        using var prometheus = new HttpClient { BaseAddress = silo.Address };
        using var response = await prometheus.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>The series of requests that were answered 404, once so many have been counted, and how many are.</summary>
    private static async Task<(string[] Series, int Count)> NotFoundAsync(SiloProcess silo, int atLeast)
    {
        Match[] series = [];
        var count = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                series = [.. NotFoundPattern().Matches(await ScrapeAsync(silo)).Cast<Match>()];
                count = series.Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
                return count >= atLeast;
            },
            $"{atLeast} are counted");
        return ([.. series.Select(match => match.Groups["series"].Value).Order()], count);
    }

    private static IEnumerable<string> NamesIn(string scrape) => SeriesPattern().Matches(scrape).Select(match => match.Groups["name"].Value);

    private static HashSet<string> NamesUsedBy(string file)
    {
        var names = UsedNamePattern().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", file))).Select(match => match.Value).ToHashSet();
        Assert.NotEmpty(names);
        return names;
    }

    // The text format: a comment, or a name, labels and a number.
    [GeneratedRegex("""^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{([a-zA-Z0-9_]+="([^"\\]|\\.)*",?)*\})? (NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?)( [0-9]+)?|# EOF)$""", RegexOptions.IgnoreCase)]
    private static partial Regex LinePattern();

    [GeneratedRegex("""^(?<name>[a-z0-9_]+)(\{.*\})?(?= )""", RegexOptions.Multiline)]
    private static partial Regex SeriesPattern();

    [GeneratedRegex("""^(?<series>http_server_request_duration_seconds_count\{.*http_response_status_code="404".*\}) (?<count>[0-9]+)$""", RegexOptions.Multiline)]
    private static partial Regex NotFoundPattern();

    [GeneratedRegex("""\b(runpod_(queue|workers|jobs|webhooks|requests|ready|batches)|http_server|kestrel|orleans|dotnet)[a-z0-9_]*""")]
    private static partial Regex UsedNamePattern();
}
