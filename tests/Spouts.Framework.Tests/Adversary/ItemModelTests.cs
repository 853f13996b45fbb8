using CsCheck;

namespace Spouts.Tests.Adversary;

/// <summary>The rules of ids and acknowledgements, in any order of what may happen.</summary>
public sealed class ItemModelTests
{
    private static readonly Gen<Action<ItemModel>> Steps = Gen.Frequency(
        (6, Gen.Const<Action<ItemModel>>(static model => model.Deliver())),
        (4, Gen.Const<Action<ItemModel>>(static model => model.Commit())),
        (3, Gen.Const<Action<ItemModel>>(static model => model.Acknowledge())),
        (2, Gen.Const<Action<ItemModel>>(static model => model.Redeliver())),
        (2, Gen.Const<Action<ItemModel>>(static model => model.Kill())),
        (1, Gen.Const<Action<ItemModel>>(static model => model.Drop())),
        (1, Gen.Const<Action<ItemModel>>(static model => model.Pass(10))));

    [Fact]
    public void Whatever_happens_no_item_is_doubled_or_acknowledged_without_its_commit() =>
        Steps.Array[0, 60].Sample(
            static steps =>
            {
                ItemModel model = new();
                foreach (Action<ItemModel> step in steps)
                    step(model);
                model.Drain();
            },
            iter: 3000);
}
