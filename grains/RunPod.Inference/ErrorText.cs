using System.Text;
using System.Text.RegularExpressions;

namespace RunPod.Inference;

/// <summary>What a client may be told went wrong. It can repeat what the client sent or what some library says, so it is cut where it is made.</summary>
public static partial class ErrorText
{
    /// <summary>The longest error, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    private const string Ellipsis = "…";

    /// <summary>The text, or of a longer one its beginning and an ellipsis. No character is cut in two.</summary>
    public static string Bound(string text, int maxBytes = MaxBytes)
    {
        // No character takes fewer bytes than it has UTF-16 units.
        if (text.Length <= maxBytes && Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetByteCount(Ellipsis);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), Ellipsis);
    }

    /// <summary>The text of an exception that was not written for clients: absolute paths lose their folders. The log has it whole.</summary>
    public static string WithoutFolders(string text) => AbsolutePath().Replace(Bound(text), "${name}");

    /// <summary>The same of a text about a folder's files, which keep their path in it.</summary>
    public static string WithinFolder(string folder, string text) =>
        WithoutFolders(text.Replace(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));

    // In quotes a path may have spaces. What follows a letter, a colon or a slash belongs to a URL or to a relative path.
    [GeneratedRegex("""(?<=(?<quote>['"]))(?:/|[A-Za-z]:\\)[^'"]*[/\\](?<name>[^'"/\\]*)(?=\k<quote>)|(?<![\w:/.])(?:/|\b[A-Za-z]:\\)(?:[^\s'"/\\]+[/\\])+(?<name>[^\s'"/\\]*)""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsolutePath();
}
