using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>Names of enum values as the protocol spells them, which is how texts of errors show them.</summary>
internal static class ProtoName
{
    public static string Of(Permission permission) => Of("Permission", (int)permission);

    public static string Of(ResourceType type) => Of("ResourceType", (int)type);

    private static string Of(string type, int number)
        => AuthReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(type).FindValueByNumber(number)?.Name
            ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
