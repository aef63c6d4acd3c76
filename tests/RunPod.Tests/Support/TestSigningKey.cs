using RunPod.Silo.Objects;

namespace RunPod.Tests.Support;

internal sealed class TestSigningKey : IUrlSigningKey
{
    public byte[] Value { get; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
}
