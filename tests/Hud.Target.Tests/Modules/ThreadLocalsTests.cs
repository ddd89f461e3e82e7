using System.Globalization;

namespace Hud.Target.Tests.Modules;

public class ThreadLocalsTests
{
    private const string Library = "__thread long variable[WORDS] = {7};\nlong *where(void) { return variable; }\n";

    private const string Host = """
        #include <dlfcn.h>
        #include <stdio.h>
        #include <unistd.h>
        int main(int count, char **arguments)
        {
            void *library = dlopen(arguments[1], RTLD_NOW);
            long *(*where)(void) = (long *(*)(void))dlsym(library, "where");
            char *thread_pointer;
            __asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
            FILE *file = fopen(arguments[2], "w");
            fprintf(file, "%lu %lu\n", (unsigned long)thread_pointer, (unsigned long)where());
            fclose(file);
            pause();
        }
        """;

    /// <summary>
    /// The ways in which compilers let a library reach its thread-locals; the library itself says where its variable is. The
    /// loader keeps a small block of the second at a fixed distance, where it has room, as it must one of the third.
    /// </summary>
    [Theory]
    [InlineData("-mtls-dialect=gnu", 1, true)]
    [InlineData("-mtls-dialect=gnu2", 1, false)]
    [InlineData("-mtls-dialect=gnu2", 65536, true)]
    [InlineData("-ftls-model=initial-exec", 1, false)]
    public void Block_of_a_library_is_where_its_variable_is(string model, int words, bool isDynamic)
    {
        using var folder = new TemporaryFolder();
        var library = Compiler.Build(folder, "library.so", Library, "-shared", "-fPIC", model, $"-DWORDS={words}");
        var told = Path.Combine(folder.Path, "told");
        using var child = Child.Start(Compiler.Build(folder, "host", Host, "-ldl"), library, told);
        SpinWait.SpinUntil(() => File.Exists(told) && new FileInfo(told).Length > 0, 10_000);
        var addresses = File.ReadAllText(told).Split(' ').Select(t => ulong.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        var (threadPointer, variable) = (addresses[0], addresses[1]);

        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        var block = Assert.Single(modules.Modules, m => m.Path == library).ThreadLocals;

        Assert.NotNull(block);
        Assert.Equal(isDynamic, block.Dynamic is not null);
        var start = threadPointer + (ulong)block.Offset;
        if (block.Dynamic is { } dynamic)
        {
            using var memory = ProcessMemory.TryOpen(child.Pid);
            Assert.True(memory!.TryReadWord(threadPointer + (ulong)dynamic.VectorOffset, out var vector));
            Assert.True(memory.TryReadWord(vector + dynamic.ModuleId * (ulong)dynamic.EntrySize, out start));
        }
        Assert.Equal(variable, start);
    }
}
