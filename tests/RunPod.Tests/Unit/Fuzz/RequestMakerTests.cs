using System.Text.Json;
using RunPod.Fuzz.Requests;

namespace RunPod.Tests.Unit.Fuzz;

public sealed class RequestMakerTests
{
    private static readonly KnownIds Ids = new("rpa_key", new Dictionary<string, string[]> { ["endpointId"] = ["echo"], ["jobId"] = ["job-1", "job-2"] });

    [Fact]
    public void Make_SameSeedAndNumber_MakesTheSameBytes()
    {
        Assert.All(Enumerable.Range(0, 500), number =>
        {
            var (one, other) = (Maker(7).Make(number, Ids), Maker(7).Make(number, Ids));

            Assert.Equal(one.Bytes, other.Bytes);
            Assert.Equal(one.Mutations, other.Mutations);
        });
    }

    [Fact]
    public void Make_ManyNumbers_CoversEveryDescribedOperation()
    {
        using var description = Description();
        var maker = Maker(1);

        var made = Enumerable.Range(0, 2000).Select(number => maker.Make(number, Ids).Route).ToHashSet();

        Assert.Superset(Routes.Read(description.RootElement).Select(route => route.Name).ToHashSet(), made);
    }

    [Fact]
    public void Make_NotMutated_IsAWholeRequest()
    {
        var maker = Maker(1);

        var plain = Enumerable.Range(0, 500).Select(number => maker.Make(number, Ids)).Where(request => request.Mutations.Length == 0).ToArray();

        Assert.NotEmpty(plain);
        Assert.All(plain, request => Assert.True(request.CanBeFollowed));
        Assert.All(plain, request => Assert.StartsWith($"{request.Method} /", System.Text.Encoding.Latin1.GetString(request.Bytes), StringComparison.Ordinal));
    }

    private static RequestMaker Maker(int seed) => new(seed, Description().RootElement, new Uri("http://127.0.0.1:8000"));

    private static JsonDocument Description() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "openapi.json")));
}
