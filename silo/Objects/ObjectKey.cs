namespace RunPod.Silo.Objects;

/// <summary>The form of a file's key: segments of <c>[A-Za-z0-9._-]</c> joined by <c>/</c>, none of which is made of dots alone.</summary>
internal static class ObjectKey
{
    private const int MaxLength = 512;

    public static bool IsValid(string key)
    {
        if (key.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var segment in key.AsSpan().Split('/'))
        {
            if (!IsValidSegment(key.AsSpan(segment)))
            {
                return false;
            }
        }

        return true;
    }

    public static void ThrowIfInvalid(string key)
    {
        if (!IsValid(key))
        {
            throw new ArgumentException($"'{key}' is not a valid key: it takes segments of letters, digits, '.', '_' and '-' joined by '/'.", nameof(key));
        }
    }

    /// <summary>A prefix is a key and <c>/</c>.</summary>
    public static void ThrowIfInvalidPrefix(string prefix)
    {
        if (!prefix.EndsWith('/'))
        {
            throw new ArgumentException("A prefix ends in '/'.", nameof(prefix));
        }

        ThrowIfInvalid(prefix[..^1]);
    }

    private static bool IsValidSegment(ReadOnlySpan<char> segment)
    {
        // Nothing but dots leads elsewhere: '.', '..' and, on some systems, longer runs.
        if (segment.TrimStart('.').Length == 0)
        {
            return false;
        }

        foreach (var c in segment)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
