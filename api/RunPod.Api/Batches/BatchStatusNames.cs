using System.Diagnostics.CodeAnalysis;
using RunPod.Contracts.Batches;

namespace RunPod.Api.Batches;

/// <summary>Our states and RunPod's names for them; COMPLETED is our own.</summary>
internal static class BatchStatusNames
{
    public static string ToWire(BatchStatus status) => status switch
    {
        BatchStatus.Draft => "DRAFT",
        BatchStatus.Finalized => "FINALIZED",
        BatchStatus.Completed => "COMPLETED",
        BatchStatus.Failed => "FAILED",
        BatchStatus.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The state has no name on the wire."),
    };

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
