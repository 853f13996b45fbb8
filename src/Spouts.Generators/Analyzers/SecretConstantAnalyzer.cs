using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>
/// Finds secrets that are written in a spout's class: connection strings with a password, and constants that are passed as a password or
/// become a setting or variable that is called like one.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretConstantAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.SecretConstant];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationBlockStartAction(static block =>
        {
            if (!block.OwningSymbol.IsInSpout())
                return;
            block.RegisterOperationAction(
                static context => Report(context, context.Operation, IsIn(context.Operation) ? "a password" : null), OperationKind.Literal);
            block.RegisterOperationAction(
                static context => Report(context, ((IArgumentOperation)context.Operation).Value, Passed((IArgumentOperation)context.Operation)), OperationKind.Argument);
            block.RegisterOperationAction(
                static context => Report(context, ((ISimpleAssignmentOperation)context.Operation).Value, Set((ISimpleAssignmentOperation)context.Operation)), OperationKind.SimpleAssignment);
        });
    }

    private static void Report(OperationAnalysisContext context, IOperation value, string? secret)
    {
        if (secret is not null)
            context.ReportDiagnostic(Diagnostic.Create(Rules.SecretConstant, value.Syntax.GetLocation(), secret));
    }

    private static bool IsIn(IOperation literal) => literal.ConstantValue is { HasValue: true, Value: string text } && Secrets.IsIn(text);

    /// <summary>The secret that a constant is passed as: by the name of its parameter, or of the variable that it is set to.</summary>
    private static string? Passed(IArgumentOperation argument) => argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter } && IsText(argument.Value)
        ? argument.Parent switch
        {
            IInvocationOperation { TargetMethod: { Name: "SetEnvironmentVariable", ContainingType: var type }, Arguments: [{ Value: var variable }, ..] }
                when type.Is("System.Environment") => parameter.Ordinal == 1 ? Named(variable) : null,
            _ => Secrets.IsName(parameter.Name) ? parameter.Name : null,
        }
        : null;

    /// <summary>The secret that a constant is assigned to: a setting of the configuration, or a property.</summary>
    private static string? Set(ISimpleAssignmentOperation assignment) => !IsText(assignment.Value) ? null : assignment.Target switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [{ Value: var setting }] } => Named(setting),
        IPropertyReferenceOperation { Property: { IsIndexer: false, Name: var name } } when Secrets.IsName(name) => name,
        _ => null,
    };

    private static string? Named(IOperation name) =>
        name.ConstantValue is { HasValue: true, Value: string text } && Secrets.IsName(text) ? text : null;

    /// <summary>A connection string is reported where it is written.</summary>
    private static bool IsText(IOperation value) =>
        value.ConstantValue is { HasValue: true, Value: string { Length: > 0 } text } && !Secrets.IsIn(text);
}
