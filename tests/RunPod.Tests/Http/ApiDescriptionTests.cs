using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class ApiDescriptionTests
{
    /// <summary>Set to the folder of the sources to renew the snapshot.</summary>
    private const string RenewVariable = "RENEW_OPENAPI";

    private static readonly string Snapshot = Path.Combine("Golden", "openapi.json");

    [Fact]
    public async Task OpenApi_Document_EqualsTheSnapshot()
    {
        await using var api = await StubApi.StartAsync();
        using var anybody = api.CreateClient();

        var document = await anybody.GetStringAsync("/openapi/v1.json");

        if (Environment.GetEnvironmentVariable(RenewVariable) is { Length: > 0 } tests)
        {
            await File.WriteAllTextAsync(Path.Combine(tests, Snapshot), document + "\n");
            return;
        }

        var expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, Snapshot));
        Assert.True(expected == document + "\n", $"""
            The API's description has changed. If that is meant, renew the snapshot and commit it:

              {RenewVariable}=$PWD/tests/RunPod.Tests dotnet test tests/RunPod.Tests --filter {nameof(OpenApi_Document_EqualsTheSnapshot)}

            {FirstDifference(expected.Split('\n'), document.Split('\n'))}
            """);
    }

    [Fact]
    public async Task OpenApi_EveryRouteThatAsksForAKey_IsDescribed()
    {
        await using var api = await StubApi.StartAsync();
        using var document = JsonDocument.Parse(await api.Client.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths");

        var routes = api.Routes.Where(route => route.Metadata.GetMetadata<AuthorizationPolicy>() is not null
            && route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null).ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes, route =>
        {
            var pattern = route.RoutePattern.RawText!.TrimEnd('/');
            Assert.True(paths.TryGetProperty(pattern, out var path), $"{pattern} has no Describe(…) beside its handler.");
            Assert.All(route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Where(method => method != "HEAD"),
                method => Assert.True(path.TryGetProperty(method.ToLowerInvariant(), out _)));
        });
    }

    [Fact]
    public async Task Docs_WithoutKey_AreAPageOfThisProcessAlone()
    {
        await using var api = await StubApi.StartAsync();
        using var anybody = api.CreateClient();

        var page = await anybody.GetStringAsync("/docs/");

        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task AnyPage_SwitchedOff_IsUnknown(string path)
    {
        await using var api = await StubApi.StartAsync(("ApiDescription:Enabled", "false"));

        using var response = await api.Client.GetAsync(path);

        await response.AssertErrorAsync(404, "unknown_path");
    }

    private static string FirstDifference(string[] expected, string[] actual)
    {
        var line = Enumerable.Range(0, Math.Min(expected.Length, actual.Length)).FirstOrDefault(i => expected[i] != actual[i], Math.Min(expected.Length, actual.Length));
        return $"First difference in line {line + 1}:\n- {expected.ElementAtOrDefault(line)}\n+ {actual.ElementAtOrDefault(line)}";
    }
}
