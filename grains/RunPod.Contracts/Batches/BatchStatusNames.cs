using System.Diagnostics.CodeAnalysis;

namespace RunPod.Contracts.Batches;

/// <summary>Our states and RunPod's names for them; COMPLETED is our own.</summary>
public static class BatchStatusNames
{
    /// <summary>The name of a state.</summary>
    public static string ToWire(BatchStatus status) => status switch
    {
        BatchStatus.Draft => "DRAFT",
        BatchStatus.Finalized => "FINALIZED",
        BatchStatus.Completed => "COMPLETED",
        BatchStatus.Failed => "FAILED",
        BatchStatus.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The state has no name on the wire."),
    };

    /// <summary>The state of a name; false if there is none of this name.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out BatchStatus? status)
    {
        status = name switch
        {
            "DRAFT" => BatchStatus.Draft,
            "FINALIZED" => BatchStatus.Finalized,
            "COMPLETED" => BatchStatus.Completed,
            "FAILED" => BatchStatus.Failed,
            "CANCELLED" => BatchStatus.Cancelled,
            _ => null,
        };
        return status is not null;
    }
}
