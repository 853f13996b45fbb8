using Google.Protobuf;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <summary>Transactions that a client builds call by call. Each call is tried at once, its effects undone, and kept.</summary>
internal sealed class OpenTransactions(Pachd pachd)
{
    private const int MostAttempts = 10;

    public async Task<TransactionInfo> StartAsync(CancellationToken cancellation)
    {
        TransactionInfo info = new() { Transaction = new Transaction { Id = Names.NewId() } };
        return await pachd.ChangeAsync(
            false,
            change =>
            {
                info.Started = Times.Timestamp(change.Now);
                change.Tx.Insert(
                    "INSERT INTO open_transaction (id, started, version, info) VALUES (@Id, @Now, 0, @info)",
                    new { info.Transaction.Id, change.Now, info = info.ToByteArray() });
                return info;
            },
            cancellation);
    }

    public static TransactionInfo Get(Tx tx, string id)
        => tx.Find<byte[]>("SELECT info FROM open_transaction WHERE id = @id", new { id }) is { } info
            ? TransactionInfo.Parser.ParseFrom(info)
            : throw new PachException(ErrorKind.NotFound, $"transactions {id} not found");

    /// <summary>Tries all of the transaction with the new request, keeps the request, undoes the rest.</summary>
    public async Task<TransactionResponse> AppendAsync(
        Caller caller, string id, TransactionRequest request, RequestRunner runner, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            TransactionInfo info = pachd.Read(tx => Get(tx, id));
            TransactionInfo tried = info.Clone();
            tried.Requests.Add(request);
            tried.Responses.Clear();
            tried.Responses.AddRange(await pachd.TryAsync(
                caller, id, change => RequestRunner.ExecuteAll(change, tried.Requests, runner), cancellation));
            tried.Version++;
            int kept = await pachd.ChangeAsync(
                false,
                change => change.Tx.Execute(
                    "UPDATE open_transaction SET info = @info, version = version + 1 WHERE id = @id AND version = @Version",
                    new { info = tried.ToByteArray(), id, Version = (long)info.Version }),
                cancellation);
            if (kept > 0)
                return tried.Responses[^1];
        }

        throw new PachException("transaction could not be modified due to concurrent modifications");
    }

    public Task<TransactionInfo> FinishAsync(Caller caller, string id, RequestRunner runner, CancellationToken cancellation)
        => pachd.ChangeAsync(
            caller,
            id,
            change =>
            {
                TransactionInfo info = Get(change.Tx, id);
                info.Responses.Clear();
                info.Responses.AddRange(RequestRunner.ExecuteAll(change, info.Requests, runner));
                change.Tx.Execute("DELETE FROM open_transaction WHERE id = @id", new { id });
                return info;
            },
            cancellation);

    public Task DeleteAsync(string id, CancellationToken cancellation)
        => pachd.ChangeAsync(
            false,
            change =>
            {
                Get(change.Tx, id);
                return change.Tx.Execute("DELETE FROM open_transaction WHERE id = @id", new { id });
            },
            cancellation);

    public Task DeleteAllAsync(CancellationToken cancellation)
        => pachd.ChangeAsync(false, change => change.Tx.Execute("DELETE FROM open_transaction"), cancellation);
}
