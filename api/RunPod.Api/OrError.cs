using System.Diagnostics.CodeAnalysis;
using RunPod.Api.Errors;

namespace RunPod.Api;

/// <summary>A value read from a request, or the answer that says why there is none.</summary>
internal readonly struct OrError<T>
{
    private OrError(T? value, ApiError? error)
    {
        Value = value;
        Error = error;
    }

    public T? Value { get; }

    public ApiError? Error { get; }

    [MemberNotNullWhen(true, nameof(Error))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsError => Error is not null;

    public static implicit operator OrError<T>(T value) => new(value, error: null);

    public static implicit operator OrError<T>(ApiError error) => new(default, error);
}
