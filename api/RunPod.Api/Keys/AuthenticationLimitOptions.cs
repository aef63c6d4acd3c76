namespace RunPod.Api.Keys;

/// <summary>What wrong keys may cost. Section <c>Authentication</c>.</summary>
internal sealed class AuthenticationLimitOptions
{
    public const string Section = "Authentication";

    /// <summary>
    /// Requests with a wrong key that an address may send in a window; further ones are answered 429, and keys that this front end has never accepted
    /// are no longer looked up for it. A key that has been accepted passes from every address. IPv6 addresses count by /64.
    /// </summary>
    public int FailuresPerAddress { get; set; } = 100;

    /// <summary>From an address's first wrong key until it begins anew.</summary>
    public TimeSpan FailureWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Addresses that are remembered; beyond, those that were longest silent begin anew.</summary>
    public int Addresses { get; set; } = 10_000;

    /// <summary>Accepted keys that are remembered, and as many wrong ones apart from them, so that guessing pushes no good key out.</summary>
    public int CachedKeys { get; set; } = 10_000;
}
