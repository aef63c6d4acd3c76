using System.Security.Authentication;
using StackExchange.Redis;

namespace RunPod.Silo.Store;

/// <summary>Failures to connect that waiting does not mend: somebody has to change a setting.</summary>
internal static class RedisRefusal
{
    /// <summary>Throws a <see cref="StoreException"/> that says what to change, if that is the only way.</summary>
    public static void ThrowIfFinal(Exception failure, string servers, string serviceId)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                throw new StoreException(
                    $"The certificate of Redis at {servers} is not trusted: {cause.Message} Set Store:CertificateAuthority to the PEM file of the authority that signed it, "
                    + "and use the name that the certificate was made for ('sslHost=NAME' in ConnectionStrings:redis).", failure);
            }

            if (Mentions(cause, "NOPERM"))
            {
                throw new StoreException(
                    $"Redis at {servers} gives the user too few rights: {cause.Message} Allow all commands on the keys of this service, such as 'ACL SETUSER NAME ~{serviceId}/* ~{{{serviceId}/* &* +@all -@admin'.",
                    failure);
            }

            if (Mentions(cause, "NOAUTH") || Mentions(cause, "WRONGPASS"))
            {
                throw new StoreException(
                    $"Redis at {servers} refused the credentials. Set the right user and password in ConnectionStrings:redis ('{servers},user=…,password=…').", failure);
            }
        }
    }

    private static bool Mentions(Exception cause, string error) => cause is RedisServerException && cause.Message.Contains(error, StringComparison.Ordinal);
}
