using System.Reflection;

namespace RunPod.Tests.Http.Stubs;

/// <summary>Stands for a grain. Made at run time: a class that implements a grain interface would become a grain of the clusters in other tests.</summary>
public class GrainStub : DispatchProxy
{
    private Func<string, object?[], object?> _answer = (method, _) => throw new NotSupportedException(method);

    /// <summary>A stub whose methods, named as in the interface, answer what the function returns.</summary>
    public static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var stub = Create<T, GrainStub>();
        ((GrainStub)(object)stub)._answer = answer;
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args ?? []);
}
