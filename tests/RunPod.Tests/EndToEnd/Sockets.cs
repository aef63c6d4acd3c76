using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace RunPod.Tests.EndToEnd;

/// <summary>Whom a process is connected to, as Linux tells it in /proc.</summary>
internal static class Sockets
{
    private const string Listening = "0A";

    /// <summary>The other ends of the process's TCP connections, those that are being made too.</summary>
    public static IEnumerable<IPAddress> Of(int processId)
    {
        var own = Directory.EnumerateFiles($"/proc/{processId}/fd").Select(TargetOf).ToHashSet(StringComparer.Ordinal);
        return from table in (string[])["tcp", "tcp6"]
               from line in File.ReadLines($"/proc/{processId}/net/{table}").Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] != Listening && own.Contains($"socket:[{fields[9]}]")
               select AddressOf(fields[2].Split(':')[0]);
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return null;
        }
    }

    /// <summary>Written as words of four bytes in the machine's order.</summary>
    private static IPAddress AddressOf(string hex)
    {
        var words = hex.Chunk(8).Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var address = new IPAddress(MemoryMarshal.AsBytes(words.AsSpan()));
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
