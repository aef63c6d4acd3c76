using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RunPod.Contracts.Keys;

/// <summary>The text of a key: <c>rpa_</c>, an id of 12 characters, a secret of 44 characters out of 62 (262 random bits).</summary>
public static class ApiKeyFormat
{
    private const string Prefix = "rpa_";
    private const int IdLength = 12;
    private const int SecretLength = 44;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes a new key from the system's random source.</summary>
    public static string Create() => Prefix + RandomNumberGenerator.GetString(Alphabet, IdLength + SecretLength);

    /// <summary>Reads the id out of a key's text; false if the text cannot be a key.</summary>
    public static bool TryGetId(string? key, [NotNullWhen(true)] out string? keyId)
    {
        keyId = null;
        if (key is null || key.Length != Prefix.Length + IdLength + SecretLength || !key.StartsWith(Prefix, StringComparison.Ordinal)
            || !key.AsSpan(Prefix.Length).ContainsOnlyAsciiLettersOrDigits())
        {
            return false;
        }

        keyId = key.Substring(Prefix.Length, IdLength);
        return true;
    }

    /// <summary>The hash that is stored of a key.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static bool ContainsOnlyAsciiLettersOrDigits(this ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                return false;
            }
        }

        return true;
    }
}
