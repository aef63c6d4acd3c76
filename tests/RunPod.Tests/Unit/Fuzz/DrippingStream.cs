namespace RunPod.Tests.Unit.Fuzz;

/// <summary>Gives at most so many bytes at a time, as a network does.</summary>
internal sealed class DrippingStream(byte[] bytes, int atATime) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, atATime)], cancellationToken);
}
