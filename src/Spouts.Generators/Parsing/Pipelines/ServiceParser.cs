using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models.Pipelines;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing.Pipelines;

/// <summary>Reads <c>[Service]</c>.</summary>
internal static class ServiceParser
{
    private const string DefaultType = "ClusterIP";
    private const string NodePort = "NodePort";
    private const string LoadBalancer = "LoadBalancer";
    private const int LowestNodePort = 30_000;
    private const int HighestNodePort = 32_767;

    /// <summary>The service, with the mistakes reported; null if the attribute does not compile.</summary>
    public static ServiceModel? Parse(AttributeData attribute, Mistakes mistakes, CancellationToken cancellation)
    {
        if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Primitive, Value: int port }])
            return null;
        string type = attribute.Member("Type") is { } member ? member.Substring(member.LastIndexOf('.') + 1) : DefaultType;
        int? external = attribute.Value<int>("ExternalPort");
        if (!IsPort(port))
            Report(null, $"{port} is no port; use one from 1 to 65535");
        else if (WorkerPod.HasPort(port))
            Report(null, $"Pachyderm has taken port {port} of the worker's pod; use another one, such as 8080");

        if (type is not (DefaultType or NodePort or LoadBalancer))
            Report("Type", "its type is none; use ClusterIP, NodePort or LoadBalancer");
        else if (type is NodePort && external is not (>= LowestNodePort and <= HighestNodePort))
            Report(external is null ? "Type" : "ExternalPort", $"a node has no such port to give; set ExternalPort to one from {LowestNodePort} to {HighestNodePort}");
        else if (external is { } other && !IsPort(other))
            Report("ExternalPort", $"{other} is no port; use one from 1 to 65535, or leave it out");
        return new(port, external ?? port, type);

        void Report(string? argument, string problem) =>
            mistakes.Add(Rules.IllegalService, attribute.Place(argument, cancellation), problem);
    }

    private static bool IsPort(int port) => port is >= 1 and <= 65_535;
}
