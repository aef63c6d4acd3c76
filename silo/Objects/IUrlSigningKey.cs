namespace RunPod.Silo.Objects;

/// <summary>The secret behind <see cref="SignedUrls"/>.</summary>
internal interface IUrlSigningKey
{
    byte[] Value { get; }
}
