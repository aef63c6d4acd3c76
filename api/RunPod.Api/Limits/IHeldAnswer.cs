using Microsoft.AspNetCore.Http;

namespace RunPod.Api.Limits;

/// <summary>An answer whose bytes are in memory until its client has taken them. A large one is counted, and its request keeps its place, until then.</summary>
internal interface IHeldAnswer : IResult
{
    long HeldBytes { get; }

    /// <summary>The answer if there is no room to hold this one.</summary>
    IResult WhenNoRoom { get; }
}
