using System.Text.Json;
using RunPod.Api.Errors;

namespace RunPod.Api.Jobs;

/// <summary>Reads a <c>policy</c>. Null stands for absent, as clients in typed languages send it; what is unknown is ignored.</summary>
internal static class JobPolicyReader
{
    /// <summary>Reads the value on which <paramref name="reader"/> stands, to its end also if it is wrong.</summary>
    public static OrError<JobPolicy> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            return isNull ? default(JobPolicy) : ApiErrors.PolicyNotAnObject;
        }

        var policy = default(JobPolicy);
        ApiError? fault = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("executionTimeout"u8))
            {
                policy = policy with { ExecutionTimeout = ReadDuration(ref reader, "executionTimeout", JobPolicyBounds.ExecutionTimeout, ref fault) };
            }
            else if (reader.ValueTextEquals("ttl"u8))
            {
                policy = policy with { TimeToLive = ReadDuration(ref reader, "ttl", JobPolicyBounds.TimeToLive, ref fault) };
            }
            else if (reader.ValueTextEquals("lowPriority"u8))
            {
                policy = policy with { LowPriority = ReadBoolean(ref reader, ref fault) };
            }
            else
            {
                reader.Skip();
            }
        }

        return fault is null ? policy : fault;
    }

    private static TimeSpan? ReadDuration(ref Utf8JsonReader reader, string name, DurationBounds bounds, ref ApiError? fault)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var milliseconds) && bounds.Contains(milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            fault ??= ApiErrors.InvalidPolicy(name, bounds);
        }

        reader.Skip();
        return null;
    }

    private static bool ReadBoolean(ref Utf8JsonReader reader, ref ApiError? fault)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
        {
            return reader.TokenType == JsonTokenType.True;
        }

        fault ??= ApiErrors.LowPriorityNotBoolean;
        reader.Skip();
        return false;
    }
}
