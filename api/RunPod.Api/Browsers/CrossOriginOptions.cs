namespace RunPod.Api.Browsers;

/// <summary>Which pages of other origins may call the API from a browser (CORS). Section <c>Cors</c>.</summary>
public sealed class CrossOriginOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Cors";

    /// <summary>
    /// Origins such as <c>https://app.example.com</c>, <c>https://*.example.com</c> for its subdomains, or <c>*</c> for all. None by default: a page that holds a key
    /// shows it to everybody who opens the page.
    /// </summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Whether every origin is one: <c>*</c>, or a scheme and a host with nothing after the port.</summary>
    public bool IsValid => Origins.All(origin => origin == "*"
        || (Uri.TryCreate(origin.Replace("://*.", "://any.", StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && !origin.EndsWith('/') && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" }));
}
