namespace RunPod.Api.Errors;

/// <summary>The body of every answer that is not a success.</summary>
/// <param name="Error">A sentence that says what to do.</param>
/// <param name="Code">A stable name for programs.</param>
internal sealed record ErrorBody(string Error, string Code);
