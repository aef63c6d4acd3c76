namespace RunPod.Contracts.Secrets;

/// <summary>Encrypts what must be stored but not read in the store. Every silo of a cluster can decrypt what another one encrypted.</summary>
public interface ISecretProtector
{
    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="purpose">What it is for; the same is needed to decrypt.</param>
    /// <param name="secret">Any bytes.</param>
    byte[] Protect(string purpose, ReadOnlySpan<byte> secret);

    /// <summary>Decrypts what <see cref="Protect"/> returned.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, or encrypted for another purpose or with keys that are gone.</exception>
    byte[] Unprotect(string purpose, ReadOnlySpan<byte> secret);
}
