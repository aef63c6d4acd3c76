namespace RunPod.Silo.Objects;

internal enum SignatureCheck
{
    Valid,
    Invalid,
    Expired,
}
