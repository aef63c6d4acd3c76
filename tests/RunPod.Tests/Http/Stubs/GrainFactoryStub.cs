using System.Reflection;

namespace RunPod.Tests.Http.Stubs;

/// <summary>A grain factory that knows nothing but grains with string keys.</summary>
public class GrainFactoryStub : DispatchProxy
{
    private Func<Type, string, object> _grain = (type, _) => throw new NotSupportedException(type.Name);

    public static IGrainFactory Of(Func<Type, string, object> grain)
    {
        var factory = Create<IGrainFactory, GrainFactoryStub>();
        ((GrainFactoryStub)(object)factory)._grain = grain;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod is { Name: "GetGrain", IsGenericMethod: true } && args is [string key, null]
            ? _grain(targetMethod.GetGenericArguments()[0], key)
            : throw new NotSupportedException(targetMethod?.Name);
}
