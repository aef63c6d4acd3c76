using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class PlaceTests
{
    private const int Places = 2;

    [Fact]
    public async Task Kill_FrontEndHeldAllPlaces_TheyAreFreeAfterTheLease()
    {
        using var redis = await RedisServer.StartAsync();
        await using var other = await StartWithPlacesAsync(redis, "00:00:15");
        using var another = new JobClient(other.CreateClient());
        await ActivateLimiterAsync(another);
        await using var first = await StartWithPlacesAsync(redis, "00:00:15", "--Roles=frontend");
        using var client = new JobClient(first.CreateClient());
        var held = await TakeAllPlacesAsync(client, another);

        first.Kill();
        var atOnce = await AskForPlaceAsync(another);

        Assert.Equal(HttpStatusCode.TooManyRequests, atOnce);
        await Eventually.HoldsAsync(async () => await AskForPlaceAsync(another) == HttpStatusCode.OK, "the places are free", Eventually.LongLimit);
        Assert.All(held, request => Assert.True(request.IsFaulted));
    }

    [Fact]
    public async Task Stop_FrontEndHeldAllPlaces_TheyAreFreeBeforeTheLease()
    {
        using var redis = await RedisServer.StartAsync();
        await using var other = await StartWithPlacesAsync(redis, "01:00:00");
        using var another = new JobClient(other.CreateClient());
        await ActivateLimiterAsync(another);
        await using var first = await StartWithPlacesAsync(redis, "01:00:00", "--Roles=frontend");
        using var client = new JobClient(first.CreateClient());
        var held = await TakeAllPlacesAsync(client, another);

        Assert.Equal(0, await first.StopAsync());

        Assert.All(await Task.WhenAll(held), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        await Eventually.HoldsAsync(async () => await AskForPlaceAsync(another) == HttpStatusCode.OK, "the places are free", Eventually.LongLimit);
    }

    private static Task<SiloProcess> StartWithPlacesAsync(RedisServer redis, string lease, params string[] settings) =>
        SiloProcess.StartWithTestModelAsync(redis, [$"--RateLimits:Operations:runsync:Concurrency={Places}", $"--RateLimits:Lease={lease}", .. settings]);

    /// <summary>The limiter is in the only silo that there is, and so outlives the front end that starts next.</summary>
    private static async Task ActivateLimiterAsync(JobClient client) => Assert.Equal(HttpStatusCode.OK, await AskForPlaceAsync(client));

    /// <summary>Lets requests at one front end wait in all places, as the other one notices.</summary>
    private static async Task<Task<HttpResponseMessage>[]> TakeAllPlacesAsync(JobClient client, JobClient other)
    {
        Task<HttpResponseMessage>[] held = [.. Enumerable.Range(0, Places)
            .Select(_ => client.PostAsync("runsync?wait=300000", new { input = new { hold = true } }, SiloProcess.TestEndpoint))];
        await Eventually.HoldsAsync(
            async () =>
            {
                var jobs = (await other.HealthAsync(SiloProcess.TestEndpoint)).GetProperty("jobs");
                return jobs.GetProperty("inProgress").GetInt32() + jobs.GetProperty("inQueue").GetInt32() == Places;
            },
            "the jobs of the requests are there",
            Eventually.LongLimit);
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskForPlaceAsync(other));
        return held;
    }

    private static async Task<HttpStatusCode> AskForPlaceAsync(JobClient client)
    {
        using var response = await client.PostAsync("runsync?wait=1000", new { input = 1 }, SiloProcess.TestEndpoint);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, $"{response.StatusCode}");
        return response.StatusCode;
    }
}
