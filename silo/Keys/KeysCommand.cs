using System.CommandLine;
using System.Globalization;
using RunPod.Contracts;

namespace RunPod.Silo.Keys;

/// <summary><c>keys create|list|revoke</c>: manages API keys as a client of a running service.</summary>
internal static class KeysCommand
{
    private static readonly Option<string> User = new("--user") { Description = "The user whose keys they are.", DefaultValueFactory = _ => "local" };
    private static readonly Option<string> Name = new("--name") { Description = "What to call the key.", DefaultValueFactory = _ => "" };
    private static readonly Argument<string> KeyId = new("key-id") { Description = "The key's id, as `keys list` shows it." };

    public static Command Create()
    {
        var create = new Command("create", "Make a key and show it, this once.") { User, Name };
        create.SetAction((result, stop) => ServiceClient.RunAsync(result, async grains =>
        {
            var created = await grains.User(result.GetRequiredValue(User)).CreateKeyAsync(result.GetRequiredValue(Name));
            Console.WriteLine(created.Key);
            return 0;
        }, stop));
        var list = new Command("list", "List a user's keys.") { User };
        list.SetAction((result, stop) => ServiceClient.RunAsync(result, grains => ListAsync(grains, result.GetRequiredValue(User)), stop));
        var revoke = new Command("revoke", "Revoke a key; the service refuses it within 5 seconds.") { KeyId, User };
        revoke.SetAction((result, stop) => ServiceClient.RunAsync(result, grains => RevokeAsync(grains, result.GetRequiredValue(User), result.GetRequiredValue(KeyId)), stop));
        return new Command("keys", "Manage the API keys of a running service.") { create, list, revoke };
    }

    private static async Task<int> ListAsync(IGrainFactory grains, string user)
    {
        Console.WriteLine($"{"ID",-14}{"CREATED",-22}{"REVOKED",-22}NAME");
        foreach (var key in await grains.User(user).ListKeysAsync())
        {
            Console.WriteLine($"{key.KeyId,-14}{Time(key.CreatedAt),-22}{Time(key.RevokedAt),-22}{key.Name}");
        }

        return 0;

        static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
    }

    private static async Task<int> RevokeAsync(IGrainFactory grains, string user, string keyId)
    {
        if (await grains.User(user).RevokeKeyAsync(keyId))
        {
            Console.WriteLine($"Revoked {keyId}.");
            return 0;
        }

        return await ServiceClient.FailAsync($"User {user} has no key with the id {keyId}. `keys list --user {user}` shows the ids.");
    }
}
