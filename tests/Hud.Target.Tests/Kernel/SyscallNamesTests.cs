using System.Text.RegularExpressions;

namespace Hud.Target.Tests.Kernel;

public class SyscallNamesTests
{
    private const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    [Fact]
    public void Table_agrees_with_the_kernel_header()
    {
        Assert.SkipUnless(File.Exists(Header), "linux-libc-dev is not installed");
        var defined = Regex.Matches(File.ReadAllText(Header), @"#define __NR_(\w+) (\d+)");
        Assert.True(defined.Count > 300);
        foreach (Match match in defined)
        {
            Assert.Equal(match.Groups[1].Value, SyscallNames.Of(int.Parse(match.Groups[2].Value)));
            Assert.Equal(int.Parse(match.Groups[2].Value), SyscallNames.Number(match.Groups[1].Value));
        }
    }

    [Theory]
    [InlineData(-1, "syscall -1")]
    [InlineData(335, "syscall 335")]
    [InlineData(423, "syscall 423")]
    [InlineData(9999, "syscall 9999")]
    public void Unknown_numbers_are_shown_as_numbers(int number, string text)
    {
        Assert.Equal(text, SyscallNames.Of(number));
        Assert.Null(SyscallNames.TryFind(number));
    }
}
