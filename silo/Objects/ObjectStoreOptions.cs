namespace RunPod.Silo.Objects;

/// <summary>Where the files of jobs lie and under which address clients fetch them.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "ObjectStore";

    /// <summary>Folder of the files; empty: <c>objects</c> in the data folder. Several front ends need one that all of them share.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// Scheme, authority and optional path under which clients reach the front ends, such as <c>https://api.example.com</c>.
    /// Empty: the address of the request that asks for the URL, which is wrong behind a proxy that hides it.
    /// </summary>
    public string PublicBaseUrl { get; set; } = "";
}
