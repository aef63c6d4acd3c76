using System.Globalization;

namespace RunPod.Chaos.Faults;

/// <summary>A fault of a schedule.</summary>
/// <param name="At">When it begins, in seconds from the start of the load.</param>
/// <param name="Kind">What it is.</param>
/// <param name="For">Seconds until it is mended.</param>
/// <param name="Node">The silo.</param>
/// <param name="Other">The other silo of a cut connection.</param>
internal sealed record Fault(double At, FaultKind Kind, double For, int Node = 0, int Other = 0)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At,7:F1} s  {Kind}{Where} for {For:F1} s");

    private string Where => Kind switch
    {
        FaultKind.KillSilo or FaultKind.StopSilo or FaultKind.FreezeSilo or FaultKind.IsolateSilo => string.Create(CultureInfo.InvariantCulture, $" {Node}"),
        FaultKind.CutSilos => string.Create(CultureInfo.InvariantCulture, $" {Node} | {Other}"),
        _ => "",
    };
}
