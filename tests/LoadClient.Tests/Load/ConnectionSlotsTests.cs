using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class ConnectionSlotsTests
{
    [Fact]
    public void TakeAndRelease_AtRandom_KeepTheOrderOfStarts()
    {
        const int Count = 20;
        var random = new Random(4);
        var slots = new ConnectionSlots(Count);
        var model = new List<int>();
        for (int step = 0; step < 50_000; step++)
        {
            if (slots.HasFree && (model.Count == 0 || random.Next(2) == 0))
            {
                int taken = slots.Take();
                Assert.DoesNotContain(taken, model);
                model.Add(taken);
                slots[taken].Phase = ConnectionPhase.Connecting;
            }
            else
            {
                int released = model[random.Next(model.Count)];
                model.Remove(released);
                slots.Release(released);
                Assert.Equal(ConnectionPhase.Free, slots[released].Phase);
            }

            Assert.Equal((model.Count, model.Count < Count), (slots.Active, slots.HasFree));
            Assert.Equal(model, InOrder(slots));
        }
    }

    [Fact]
    public void Take_ReleasedSlot_IsAsNew()
    {
        var slots = new ConnectionSlots(1);
        int index = slots.Take();
        slots[index].FirstByte = 1;
        slots[index].Sent = 2;
        slots[index].Response.Bytes = 3;
        slots.Release(index);

        Assert.Equal(index, slots.Take());
        Assert.Equal((0, 0, 0), (slots[index].FirstByte, slots[index].Sent, slots[index].Response.Bytes));
    }

    private static IEnumerable<int> InOrder(ConnectionSlots slots)
    {
        for (int index = slots.Earliest; index != ConnectionSlots.None; index = slots[index].Later)
        {
            yield return index;
        }
    }
}
