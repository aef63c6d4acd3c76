using Microsoft.AspNetCore.DataProtection;
using RunPod.Contracts.Secrets;
using RunPod.Silo.Secrets;

namespace RunPod.Tests.Support;

/// <summary>Encrypts with keys that this process alone knows.</summary>
internal static class TestSecrets
{
    public static ISecretProtector Protector { get; } = new DataProtectionSecrets(new EphemeralDataProtectionProvider());
}
