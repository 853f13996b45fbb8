using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <summary><c>transaction_v2.API</c>.</summary>
internal sealed class TransactionService(Pachd pachd, OpenTransactions transactions, RequestRunner runner) : API.APIBase
{
    public override async Task<TransactionInfo> BatchTransaction(BatchTransactionRequest request, ServerCallContext context)
    {
        string id = Names.NewId();
        TransactionInfo info = new() { Transaction = new Transaction { Id = id }, Started = Times.Timestamp(pachd.Now) };
        info.Requests.AddRange(request.Requests);
        info.Responses.AddRange(await pachd.ChangeAsync(
            context.Caller(), id, change => RequestRunner.ExecuteAll(change, request.Requests, runner), context.CancellationToken));
        return info;
    }

    public override async Task<Transaction> StartTransaction(StartTransactionRequest request, ServerCallContext context)
        => (await transactions.StartAsync(context.CancellationToken)).Transaction;

    public override Task<TransactionInfo> InspectTransaction(InspectTransactionRequest request, ServerCallContext context)
        => Task.FromResult(pachd.Read(tx => OpenTransactions.Get(tx, Required(request.Transaction, nameof(InspectTransactionRequest)))));

    public override async Task<Empty> DeleteTransaction(DeleteTransactionRequest request, ServerCallContext context)
    {
        await transactions.DeleteAsync(Required(request.Transaction, nameof(DeleteTransactionRequest)), context.CancellationToken);
        return new Empty();
    }

    public override async Task<Empty> DeleteAll(DeleteAllRequest request, ServerCallContext context)
    {
        await transactions.DeleteAllAsync(context.CancellationToken);
        return new Empty();
    }

    public override Task<TransactionInfos> ListTransaction(ListTransactionRequest request, ServerCallContext context)
    {
        TransactionInfos infos = new();
        infos.TransactionInfo.AddRange(pachd.Read(tx => tx.List<byte[]>("SELECT info FROM open_transaction ORDER BY ord DESC"))
            .Select(TransactionInfo.Parser.ParseFrom));
        return Task.FromResult(infos);
    }

    public override Task<TransactionInfo> FinishTransaction(FinishTransactionRequest request, ServerCallContext context)
        => transactions.FinishAsync(
            context.Caller(), Required(request.Transaction, nameof(FinishTransactionRequest)), runner, context.CancellationToken);

    private static string Required(Transaction? transaction, string request)
        => transaction?.Id ?? throw Requests.Missing(request, "Transaction");
}
