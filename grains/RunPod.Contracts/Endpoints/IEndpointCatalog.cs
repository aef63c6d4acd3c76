namespace RunPod.Contracts.Endpoints;

/// <summary>The endpoints that the cluster serves, as the workers announced them.</summary>
public interface IEndpointCatalog
{
    /// <summary>The ids in alphabetical order, at most 5 seconds old.</summary>
    ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken);
}
