using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;
using RunPod.Contracts.Secrets;

namespace RunPod.Silo.Secrets;

internal sealed class DataProtectionSecrets(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly ConcurrentDictionary<string, IDataProtector> _protectors = new(StringComparer.Ordinal);

    public byte[] Protect(string purpose, ReadOnlySpan<byte> secret) => Protector(purpose).Protect(secret.ToArray());

    public byte[] Unprotect(string purpose, ReadOnlySpan<byte> secret) => Protector(purpose).Unprotect(secret.ToArray());

    private IDataProtector Protector(string purpose) => _protectors.GetOrAdd(purpose, provider.CreateProtector);
}
