using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models.Pipelines;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing.Pipelines;

/// <summary>Reads <c>[Resources]</c>.</summary>
internal sealed class ResourcesParser(AttributeData attribute, Mistakes mistakes, CancellationToken cancellation)
{
    public ResourcesModel Parse()
    {
        double? cpu = Processors("Cpu");
        double? cpuLimit = Processors("CpuLimit");
        if (cpuLimit < cpu)
            ReportLimit("CpuLimit", "Cpu");
        CheckLimit("Memory", "MemoryLimit");
        CheckLimit("Disk", "DiskLimit");
        return new()
        {
            Cpu = cpu,
            Memory = attribute.Text("Memory"),
            Disk = attribute.Text("Disk"),
            CpuLimit = cpuLimit,
            MemoryLimit = attribute.Text("MemoryLimit"),
            DiskLimit = attribute.Text("DiskLimit"),
        };
    }

    private double? Processors(string argument)
    {
        double? number = attribute.Value<double>(argument);
        if (number is not { } set || (set > 0 && !double.IsInfinity(set)))
            return number;
        string written = set.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Report(argument, $"'{written}' is no number of processors; write one above 0, such as 0.5, or leave it out");
        return null;
    }

    private void CheckLimit(string request, string limit)
    {
        decimal? least = Bytes(request);
        decimal? most = Bytes(limit);
        if (most < least)
            ReportLimit(limit, request);
    }

    private decimal? Bytes(string argument)
    {
        if (attribute.Text(argument) is not { } text)
            return null;
        if (Quantities.TryParse(text, out decimal bytes))
            return bytes;
        Report(argument, $"'{text}' is no quantity of bytes; write a number above 0 and a unit, such as \"256Mi\" or \"1G\"");
        return null;
    }

    private void ReportLimit(string limit, string request) => Report(limit, $"{limit} is less than {request}; raise it, or ask for less");

    private void Report(string argument, string problem) =>
        mistakes.Add(Rules.IllegalResources, attribute.Place(argument, cancellation), problem);
}
