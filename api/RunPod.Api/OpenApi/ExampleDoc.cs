namespace RunPod.Api.OpenApi;

/// <summary>A body as it may go over the wire.</summary>
/// <param name="Name">Unique among the examples of a body.</param>
/// <param name="Summary">A line.</param>
/// <param name="Text">The body's text.</param>
internal sealed record ExampleDoc(string Name, string Summary, string Text);
