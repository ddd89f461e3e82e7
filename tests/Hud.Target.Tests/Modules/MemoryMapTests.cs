using System.Text;
using CsCheck;

namespace Hud.Target.Tests.Modules;

public class MemoryMapTests
{
    private static List<MemoryMap> Parse(string text) => MemoryMap.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void File_mapping_is_read_whole()
    {
        var map = Assert.Single(Parse("55d0c0a00000-55d0c0b00000 r-xp 0001f000 fe:0a 131077                     /usr/bin/my app (deleted)\n"));
        Assert.Equal(
            new MemoryMap(0x55d0c0a00000, 0x55d0c0b00000, true, false, true, 0x1f000, 0xfe0000000aUL, 131077, "/usr/bin/my app (deleted)"), map);
        Assert.True(map.IsFile);
        Assert.Equal("55d0c0a00000-55d0c0b00000", map.LinkName);
    }

    [Theory]
    [InlineData("7ffd1000-7ffd3000 r-xp 00000000 00:00 0                          [vdso]", "[vdso]")]
    [InlineData("7f00-7f10 rw-p 00000000 00:00 0 ", "")]
    [InlineData("7f00-7f10 rw-p 00000000 00:00 0", "")]
    [InlineData("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]", "[vsyscall]")]
    public void Memory_without_a_file_is_no_file(string line, string path)
    {
        var map = Assert.Single(Parse(line));
        Assert.False(map.IsFile);
        Assert.Equal(path, map.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1000-2000")]
    [InlineData("1000-2000 r-x")]
    [InlineData("2000-1000 r-xp 0 0:0 1 /backwards")]
    [InlineData("1000-1000 r-xp 0 0:0 1 /empty")]
    [InlineData("11111111111111111111-2000 r-xp 0 0:0 1 /too-long")]
    [InlineData("1000-2000 r-xp 0 0 1 /no-device")]
    [InlineData("1000-2000 r-xp 0 0:0 x /no-inode")]
    [InlineData("zzzz-2000 r-xp 0 0:0 1 /no-hex")]
    public void Hostile_lines_are_left_out(string line)
    {
        Assert.Empty(Parse(line));
        Assert.Equal("/good", Assert.Single(Parse($"{line}\n1000-2000 r--p 0 0:0 1 /good\n{line}")).Path);
    }

    [Fact]
    public void Own_maps_are_read_line_by_line()
    {
        var text = File.ReadAllBytes("/proc/self/maps");
        Assert.Equal(text.Count(b => b == '\n'), MemoryMap.Parse(text).Count);
    }

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Char["0123456789abcdef-: rwxp/\n\0é"].Array[0, 200].Sample(text => { Parse(new string(text)); });
}
