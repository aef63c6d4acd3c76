namespace RunPod.Fuzz.Rules;

/// <summary>What must hold, whatever is sent.</summary>
internal enum Rule
{
    ServerError,
    ErrorBody,
    Disclosure,
    Http,
    Time,
    Alive,
    Memory,
    Log,
    Valid,
    Found,
}
