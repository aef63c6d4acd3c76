namespace RunPod.Grains.Endpoints;

/// <summary>One endpoint that is not, or not only, a folder of the model repository. Section <c>Endpoints:NAME</c>.</summary>
public sealed class EndpointOptions
{
    /// <summary>The configuration section that holds one child per endpoint.</summary>
    public const string Section = "Endpoints";

    /// <summary>The model's folder; by default the one of the endpoint's name in the model repository.</summary>
    public string? Model { get; set; }

    /// <summary>The devices that may run it, such as <c>cuda:0</c>; by default all of the silo.</summary>
    public string[]? Devices { get; set; }
}
