namespace RunPod.Tests.EndToEnd.Upgrades;

public enum SiloVersion
{
    Previous,
    Current,
}
