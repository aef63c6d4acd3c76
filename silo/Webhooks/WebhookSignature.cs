using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RunPod.Silo.Webhooks;

/// <summary>Signs as Standard Webhooks describes, over the body's bytes wherever they lie.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";

    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret.</summary>
    public static string Create(IEnumerable<string> secrets, string messageId, long timestamp, IReadOnlyList<byte[]> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}.{timestamp}."));
        return string.Join(' ', secrets.Select(secret => Sign(secret, head, body)));
    }

    private static string Sign(string secret, byte[] head, IReadOnlyList<byte[]> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[SecretPrefix.Length..]));
        hash.AppendData(head);
        foreach (var part in body)
        {
            hash.AppendData(part);
        }

        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
