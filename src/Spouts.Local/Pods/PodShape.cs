using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Core;

namespace Spouts.Local.Pods;

/// <summary>
/// Reads a patched pod as Kubernetes' own types would: a value of the wrong type is an error, a field that they do not
/// have is dropped, and what is empty is not written. Parts that no spout's pod is expected to have (probes, affinity,
/// other kinds of volumes) are only handed through.
/// </summary>
internal static class PodShape
{
    private const string Root = "PodSpec";

    // One structure a line: its fields with their Go types. A trailing "!" marks a field that is written even when empty;
    // "any" is handed through.
    private const string Structures = """
        PodSpec: volumes=[]v1.Volume initContainers=[]v1.Container containers=[]v1.Container! ephemeralContainers=any restartPolicy=v1.RestartPolicy terminationGracePeriodSeconds=*int64 activeDeadlineSeconds=*int64 dnsPolicy=v1.DNSPolicy nodeSelector=map[string]string serviceAccountName=string serviceAccount=string automountServiceAccountToken=*bool nodeName=string hostNetwork=bool hostPID=bool hostIPC=bool shareProcessNamespace=*bool securityContext=any imagePullSecrets=[]v1.LocalObjectReference hostname=string subdomain=string affinity=any schedulerName=string tolerations=[]v1.Toleration hostAliases=[]v1.HostAlias priorityClassName=string priority=*int32 dnsConfig=any readinessGates=any runtimeClassName=*string enableServiceLinks=*bool preemptionPolicy=*v1.PreemptionPolicy overhead=any topologySpreadConstraints=any setHostnameAsFQDN=*bool os=any hostUsers=*bool schedulingGates=any resourceClaims=any
        Container: name=string! image=string command=[]string args=[]string workingDir=string ports=[]v1.ContainerPort envFrom=[]v1.EnvFromSource env=[]v1.EnvVar resources=v1.ResourceRequirements! resizePolicy=any restartPolicy=*v1.ContainerRestartPolicy volumeMounts=[]v1.VolumeMount volumeDevices=any livenessProbe=any readinessProbe=any startupProbe=any lifecycle=any terminationMessagePath=string terminationMessagePolicy=v1.TerminationMessagePolicy imagePullPolicy=v1.PullPolicy securityContext=any stdin=bool stdinOnce=bool tty=bool
        ContainerPort: name=string hostPort=int32 containerPort=int32! protocol=v1.Protocol hostIP=string
        EnvVar: name=string! value=string valueFrom=any
        EnvFromSource: prefix=string configMapRef=any secretRef=any
        ResourceRequirements: limits=quantities requests=quantities claims=any
        VolumeMount: name=string! readOnly=bool recursiveReadOnly=any mountPath=string! subPath=string mountPropagation=any subPathExpr=string
        Volume: name=string! hostPath=any emptyDir=any gcePersistentDisk=any awsElasticBlockStore=any gitRepo=any secret=any nfs=any iscsi=any glusterfs=any persistentVolumeClaim=any rbd=any flexVolume=any cinder=any cephfs=any flocker=any downwardAPI=any fc=any azureFile=any configMap=any vsphereVolume=any quobyte=any azureDisk=any photonPersistentDisk=any projected=any portworxVolume=any scaleIO=any storageos=any csi=any ephemeral=any
        LocalObjectReference: name=string
        Toleration: key=string operator=v1.TolerationOperator value=string effect=v1.TaintEffect tolerationSeconds=*int64
        HostAlias: ip=string! hostnames=[]string
        """;

    private static readonly Dictionary<string, Field[]> s_structures = Structures.Split('\n').Select(line => line.Split(": "))
        .ToDictionary(parts => parts[0], parts => parts[1].Split(' ').Select(Field.Parse).ToArray());

    /// <exception cref="PachException">It is no pod.</exception>
    public static JsonObject Read(JsonNode? pod) => pod switch
    {
        null => Structure(Root, [], ""),
        JsonObject fields => Structure(Root, fields, ""),
        _ => throw GoTypes.Mismatch(pod, $"v1.{Root}"),
    };

    private static JsonObject Structure(string name, JsonObject given, string path)
    {
        JsonObject read = [];
        foreach (Field field in s_structures[name])
        {
            // Go takes a field's name in any case, if it finds none in the right one.
            KeyValuePair<string, JsonNode?> found = given.FirstOrDefault(pair => pair.Key == field.Name);
            if (found.Key is null)
                found = given.FirstOrDefault(pair => string.Equals(pair.Key, field.Name, StringComparison.OrdinalIgnoreCase));
            JsonNode? value = found.Value is null ? null : Value(field.Type, found.Value, name, path + field.Name);
            if (field.Always || !IsEmpty(value, field.Type))
                read[field.Name] = value ?? Zero(field.Type);
        }

        return read;
    }

    private static JsonNode Value(string type, JsonNode given, string holder, string path)
    {
        if (type == "any")
            return given.DeepClone();
        if (type == "quantities")
            return Quantities(given, holder, path);
        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            return given is JsonArray list
                ? new JsonArray([.. list.Select(item => item is null ? Zero(type[2..]) : Value(type[2..], item, holder, path))])
                : throw Mismatch(given, holder, path, type);
        }

        if (type.StartsWith("map[string]", StringComparison.Ordinal))
        {
            return given is JsonObject map
                ? new JsonObject(map.Select(pair => KeyValuePair.Create(
                    pair.Key, pair.Value is null ? Zero("string") : Value("string", pair.Value, holder, path))))
                : throw Mismatch(given, holder, path, type);
        }

        type = type.TrimStart('*');
        if (StructureOf(type) is { } structure)
            return given is JsonObject fields ? Structure(structure, fields, path + ".") : throw Mismatch(given, holder, path, type);
        JsonValueKind kind = given.GetValueKind();
        bool fits = type switch
        {
            "bool" => kind is JsonValueKind.True or JsonValueKind.False,
            "int32" or "int64" => kind == JsonValueKind.Number,
            _ => kind == JsonValueKind.String,
        };
        if (!fits)
            throw Mismatch(given, holder, path, type);
        if (kind == JsonValueKind.Number && !IsWhole(given, type))
            throw GoTypes.Mismatch($"number {given.ToJsonString()}", holder, path, type);
        return given.DeepClone();
    }

    private static JsonObject Quantities(JsonNode given, string holder, string path)
    {
        if (given is not JsonObject amounts)
            throw Mismatch(given, holder, path, "v1.ResourceList");
        JsonObject read = [];
        foreach ((string name, JsonNode? amount) in amounts)
        {
            string text = amount is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : amount?.ToJsonString() ?? "0";
            read[name] = Quantity.TryParse(text.Trim(), out Quantity? quantity)
                ? quantity.ToString()
                : throw new PachException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }

        return read;
    }

    private static PachException Mismatch(JsonNode given, string holder, string path, string type)
        => GoTypes.Mismatch(GoTypes.Kind(given), holder, path, type);

    private static string? StructureOf(string type)
        => type.StartsWith("v1.", StringComparison.Ordinal) && s_structures.ContainsKey(type[3..]) ? type[3..] : null;

    private static bool IsWhole(JsonNode number, string type)
        => long.TryParse(number.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            && (type == "int64" || whole is >= int.MinValue and <= int.MaxValue);

    private static bool IsEmpty(JsonNode? value, string type) => value switch
    {
        null or JsonArray { Count: 0 } => true,
        JsonObject map => map.Count == 0 && (type == "quantities" || type.StartsWith("map", StringComparison.Ordinal)),
        _ => !type.StartsWith('*') && type != "any" && JsonNode.DeepEquals(value, Zero(type)),
    };

    private static JsonNode? Zero(string type) => type switch
    {
        "bool" => false,
        "int32" or "int64" => 0,
        _ when type.StartsWith("[]", StringComparison.Ordinal) => null,
        _ when StructureOf(type) is { } structure => Structure(structure, [], ""),
        _ => "",
    };

    private sealed record Field(string Name, string Type, bool Always)
    {
        public static Field Parse(string text)
        {
            string[] parts = text.Split('=', 2);
            return new Field(parts[0], parts[1].TrimEnd('!'), parts[1].EndsWith('!'));
        }
    }
}
