namespace RunPod.Tests.Http;

public sealed class WebhookSecretTests : IAsyncLifetime
{
    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Secret_AskedTwice_IsTheUsersOwnAndTheSame()
    {
        using var somebody = await _api.CreateClientAsync("somebody");

        var secret = await SecretAsync(_api.Client);

        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.Equal(secret, await SecretAsync(_api.Client));
        Assert.NotEqual(secret, await SecretAsync(somebody));
    }

    [Fact]
    public async Task Rotate_KnownSecret_AnswersTheNewOneAndUntilWhenTheOldOneSigns()
    {
        var before = await SecretAsync(_api.Client);

        using var response = await _api.Client.PostAsync("/webhooks/secret/rotate", content: null);

        var rotated = await response.ReadJsonAsync();
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.NotEqual(before, rotated.GetProperty("secret").GetString());
        Assert.Equal(rotated.GetProperty("secret").GetString(), await SecretAsync(_api.Client));
        var overlap = rotated.GetProperty("previousValidUntil").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(overlap, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Secret_NoKey_IsNotShown()
    {
        using var nobody = new HttpClient { BaseAddress = _api.Address };

        using var response = await nobody.GetAsync("/webhooks/secret");

        await response.AssertErrorAsync(401, "missing_api_key");
    }

    private static async Task<string> SecretAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/webhooks/secret");
        return (await response.ReadJsonAsync()).GetProperty("secret").GetString()!;
    }
}
