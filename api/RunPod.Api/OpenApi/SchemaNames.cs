namespace RunPod.Api.OpenApi;

/// <summary>Our types are called XBody and X in the description; a type with another name has no entry of its own there.</summary>
internal static class SchemaNames
{
    private const string Suffix = "Body";

    public static string? Of(Type type) => type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : null;
}
