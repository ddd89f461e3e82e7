namespace Hud.Target.Tests.Modules;

public sealed class ProbeSpotTests
{
    [Theory]
    // jmp rel32
    [InlineData("e92b8dffff", true, 0, 7, true)]
    // push rbp; mov rbp, rsp
    [InlineData("554889e5", true, 0, 7, true)]
    // cmp qword [r13+8], 0; jne
    [InlineData("49837d08000f8596000000", false, 5, 7, true)]
    // mov rsi, rdi; mov rax, [rdi+16]; mov rdi, [rax+64]; jmp: the argument has moved to rsi
    [InlineData("4889fe488b4710488b7840e900000000", true, 11, 6, true)]
    // mov rbx, rdi; mov rdi, [rdi+8]; mov r14, rbx; xor ebx, ebx; call
    [InlineData("4889fb488b7f084989de31dbe800000000", true, 12, 14, true)]
    // endbr64; push r15
    [InlineData("f30f1efa4157", true, 4, 7, true)]
    // mov rdi, [rdi]; jmp: the argument is gone
    [InlineData("488b3fe900000000", true, 0, 7, false)]
    // the same where it is not needed
    [InlineData("488b3fe900000000", false, 3, 7, true)]
    // sub rsp, 8; call: the return address is elsewhere by then
    [InlineData("4883ec08e800000000", true, 4, 7, true, 8)]
    // sub rsp, 0x1234; mov rax, rdi; xor edi, edi; jmp
    [InlineData("4881ec341200004889f831ffeb00", true, 12, 0, true, 0x1234)]
    // sub rsp, 0x28; mov [rsp+8], rdi; lea rdi, [rsp+0x10]; mov [rsp+0x18], rax; call: on the stack
    [InlineData("4883ec2848897c2408488d7c24104889442418e800000000", true, 19, 4, true, 0x28, 8)]
    // sub rsp, 0x28; mov [rsp+8], rdi; xor edi, edi; mov [rsp+8], rax; call: overwritten there
    [InlineData("4883ec2848897c240831ff4889442408e800000000", true, 0, 7, false)]
    // and rsp, -64; call: nobody knows where
    [InlineData("4883e4c0e800000000", true, 0, 7, false)]
    // mov eax, 1; ret
    [InlineData("b801000000c3", false, 0, 7, false)]
    // jmp rax
    [InlineData("ffe0", false, 0, 7, false)]
    // nop word [rax+rax]: emulated by newer kernels alone; then nothing
    [InlineData("660f1f440000", false, 0, 7, false)]
    [InlineData("", false, 0, 7, false)]
    public void First_instruction_that_the_kernel_emulates(string code, bool argument, ulong offset, int register, bool emulated, uint stack = 0, uint slot = 0)
    {
        var spot = ProbeSpot.Find(_ => Convert.FromHexString(code), _ => null, 0x1000, argument);

        Assert.Equal(new ProbeSpot(0x1000 + offset, register, emulated, stack, slot), spot);
    }

    [Fact]
    public void Tail_call_through_the_global_offset_table_is_followed()
    {
        // mov rsi, rdi; mov rdi, [rdi+16]; jmp [rip+0x10]
        byte[] caller = Convert.FromHexString("4889fe488b7f10ff2510000000");
        // mov rax, [rdi]; push r15
        byte[] callee = Convert.FromHexString("488b074157");
        byte[] Code(ulong address) => address == 0x1000 ? caller : callee;

        Assert.Equal(new ProbeSpot(0x2003, 6, true), ProbeSpot.Find(Code, slot => slot == 0x101d ? 0x2000 : null, 0x1000, argument: true));
        Assert.Equal(new ProbeSpot(0x1000, 7, false), ProbeSpot.Find(Code, _ => null, 0x1000, argument: true));
    }

    /// <summary>Debug builds reach other functions by calls through memory, of which the kernel emulates none.</summary>
    [Theory]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    [InlineData("stripped")]
    public void Poll_functions_need_no_stepping(string build)
    {
        var image = Fixture.Image(Fixture.Path(build));
        var sites = PollSites.Find(image, image);

        Assert.NotEmpty(sites.Schedule);
        Assert.All(sites.RawPoll, s => Assert.True(ProbeSpot.Find(image, s.Address, argument: true).IsEmulated, $"0x{s.Address:x}"));
    }
}
