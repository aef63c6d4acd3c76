namespace RunPod.Fuzz.Rules;

/// <summary>The rules in words.</summary>
internal static class RuleText
{
    public static string Of(Rule rule) => rule switch
    {
        Rule.ServerError => "no answer is a 5xx but 505",
        Rule.ErrorBody => "every error has the error body, unless nothing could be read as a request",
        Rule.Disclosure => "no answer shows a stack, a type or another user's data",
        Rule.Http => "every answer is HTTP/1.1, and every whole request has one",
        Rule.Time => "every answer comes in time",
        Rule.Alive => "the process lives and says so",
        Rule.Memory => "memory is bounded",
        Rule.Log => "nothing is logged as an error, no exception is unhandled",
        Rule.Valid => "valid requests between the others work",
        Rule.Found => "every accepted job is found, and ends",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };
}
