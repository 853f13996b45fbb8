using System.Globalization;
using System.Text.RegularExpressions;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>
/// Requests and limits. Pachyderm drops a quantity that it cannot read without a word, and Kubernetes refuses a pod that asks for
/// more than its limit.
/// </summary>
internal static class ResourceRules
{
    /// <summary>What the defaults of a cluster ask for in a pipeline that does not say, unless its administrator has changed them.</summary>
    private const string DefaultCpu = "1", DefaultMemory = "256Mi", DefaultDisk = "1Gi";

    private static readonly Regex Quantity = new(
        @"^\+?(?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)((?<prefix>[KMGTPE])i|(?<prefix>[numkMGTPE])|[eE](?<exponent>[+-]?[0-9]{1,2}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public static void Check(ManifestSpout spout, string projectFile)
    {
        ManifestResources resources = spout.Resources;
        string? mistake = Mistake("Cpu", Text(resources.Cpu), Text(resources.CpuLimit), DefaultCpu)
            ?? Mistake("Memory", resources.Memory, resources.MemoryLimit, DefaultMemory)
            ?? Mistake("Disk", resources.Disk, resources.DiskLimit, DefaultDisk);
        if (mistake is not null)
            throw new BuildError(ErrorCodes.IllegalResources, projectFile, $"The spout '{spout.Name}' cannot have these resources: {mistake}");
    }

    private static string? Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private static string? Mistake(string name, string? request, string? limit, string byDefault)
    {
        if (request is not null && Amount(request) is null)
            return $"{name} = {request} is no quantity above zero; write one such as {byDefault}.";
        if (limit is null)
            return null;
        if (Amount(limit) is not { } most)
            return $"{name}Limit = {limit} is no quantity above zero; write one such as {byDefault}.";
        if (Amount(request ?? byDefault) <= most)
            return null;
        return request is null
            ? $"{name}Limit = {limit} is less than the {byDefault} that a cluster's defaults ask for; set {name} too."
            : $"{name} = {request} is more than {name}Limit = {limit}.";
    }

    /// <summary>The amount in units; null for what is no quantity, or nothing.</summary>
    private static double? Amount(string text)
    {
        Match match = Quantity.Match(text);
        if (!match.Success)
            return null;
        double number = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        double amount = number * Factor(match.Groups["prefix"].Value, isBinary: text.EndsWith("i", StringComparison.Ordinal));
        if (match.Groups["exponent"] is { Success: true } exponent)
            amount *= Math.Pow(10, int.Parse(exponent.Value, CultureInfo.InvariantCulture));
        return amount > 0 ? amount : null;
    }

    private static double Factor(string prefix, bool isBinary) => prefix switch
    {
        "" => 1,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        _ => Math.Pow(isBinary ? 1024 : 1000, "KMGTPE".IndexOf(prefix.ToUpperInvariant(), StringComparison.Ordinal) + 1),
    };
}
