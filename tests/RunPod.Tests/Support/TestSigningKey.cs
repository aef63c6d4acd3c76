using RunPod.Silo.Objects;

namespace RunPod.Tests.Support;

internal sealed class TestSigningKey : IUrlSigningKey
{
    public byte[] Value { get; } = new byte[32];
}
