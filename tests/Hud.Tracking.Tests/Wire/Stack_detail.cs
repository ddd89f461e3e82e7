using System.Text;
using Hud.Tracking.Events;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Tests.Wire;

public sealed class Stack_detail
{
    [Theory]
    [InlineData("x.db\0lib\0var\0", "/var/lib/x.db")]
    [InlineData("[eventfd]\0", "/[eventfd]")]
    [InlineData("", null)]
    public void Path_from_components(string components, string? path) =>
        Assert.Equal(path, StackDecoder.PathOf(Encoding.UTF8.GetBytes(components)));

    [Theory]
    [InlineData("0200 1538 0A000007 00000000 00000000 00000000", "10.0.0.7:5432")]
    [InlineData("0A00 1538 20010DB8000000000000000000000001", "[2001:db8::1]:5432")]
    [InlineData("0A00 1538 00000000000000000000FFFF0A000007", "10.0.0.7:5432")]
    [InlineData("0200 0000 00000000 00000000 00000000 00000000", null)]
    [InlineData("0A00 0000 00000000000000000000000000000000", null)]
    [InlineData("0200 0035 00000000 00000000 00000000 00000000", "0.0.0.0:53")]
    [InlineData("0100 0000 00000000000000000000000000000000", "unix socket")]
    [InlineData("1000 0000 00000000000000000000000000000000", null)]
    [InlineData("02", null)]
    public void Peer(string hex, string? peer) =>
        Assert.Equal(peer, StackDecoder.PeerOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("D2040000 7374726573732D6E670000000000FFFF", "stress-ng (pid 1234)")]
    [InlineData("00000000 737761707065722F3000000000000000", "nothing, the CPU went idle (the cgroup's CPU quota was used up)")]
    [InlineData("D20400", null)]
    public void Successor(string hex, string? successor) =>
        Assert.Equal(successor, StackDecoder.SuccessorOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void Absurd_lengths_are_cut()
    {
        var wire = new WireStack { KernelBytes = uint.MaxValue, DetailKind = 1, DetailLength = ushort.MaxValue, Kind = (uint)StackKind.Asleep };
        var stack = StackDecoder.Decode(wire, []);
        Assert.Equal(32, stack.KernelStack.Length);
        Assert.Null(stack.Detail);
    }
}
