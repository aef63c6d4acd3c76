using System.Buffers.Binary;
using System.Net;

namespace RunPod.Api.Keys;

/// <summary>Whom an address stands for: itself, or with IPv6 the network whose 2^64 addresses one customer has.</summary>
internal readonly record struct AddressPrefix(bool IsV6, ulong Bits)
{
    public static AddressPrefix Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return default;
        }

        return length == 4 || address.IsIPv4MappedToIPv6
            ? new AddressPrefix(IsV6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..length]))
            : new AddressPrefix(IsV6: true, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
