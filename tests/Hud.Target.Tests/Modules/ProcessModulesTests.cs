using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Target.Tests.Modules;

public class ProcessModulesTests
{
    private const string Sleep = "/usr/bin/sleep";

    /// <summary>What the dynamic loader itself says about a module: each symbol it exports lies at bias + value.</summary>
    [Fact]
    public void Library_bias_agrees_with_the_dynamic_loader()
    {
        using var modules = new ProcessModules(TargetProcess.Open(Environment.ProcessId));
        var libc = System.Runtime.InteropServices.NativeLibrary.Load("libc.so.6");
        var getpid = (ulong)System.Runtime.InteropServices.NativeLibrary.GetExport(libc, "getpid");

        Assert.True(modules.TryFind(getpid, out var module));
        Assert.StartsWith("libc", module.Name);
        Assert.False(module.IsMain);
        Assert.Equal(getpid - module.Bias, SymbolValue(module.Image.DynamicSymbols, "getpid"));
    }

    [Fact]
    public void Main_program_is_known_by_its_entry_point()
    {
        using var child = Child.Start(Sleep, "100");
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Equal(Sleep, modules.MainModule.Path);
        Assert.True(modules.MainModule.IsMain);
        Assert.Single(modules.Modules, m => m.IsMain);

        var entry = modules.MainModule.ToRuntimeAddress(modules.MainModule.Image.EntryPoint);
        Assert.True(modules.TryFind(entry, out var found));
        Assert.Same(modules.MainModule, found);
        Assert.True(FileIdentity.TryOf(modules.MainModule.OpenPath, out var opened) && FileIdentity.TryOf(Sleep, out var onDisk) && opened == onDisk);
    }

    [Fact]
    public void Vdso_is_read_from_memory()
    {
        using var child = Child.Start(Sleep, "100");
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        var vdso = Assert.Single(modules.Modules, m => m.Path == "[vdso]");
        Assert.NotEqual(0UL, SymbolValue(vdso.Image.DynamicSymbols, "__vdso_clock_gettime"));
        Assert.True(vdso.Code[0].Contains(vdso.ToRuntimeAddress(SymbolValue(vdso.Image.DynamicSymbols, "__vdso_clock_gettime"))));
    }

    [Fact]
    public void Unwinder_gets_image_bias_and_rules()
    {
        using var child = Child.Start(Sleep, "100");
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        var main = modules.MainModule;
        IUnwindModules unwinder = modules;
        Assert.True(unwinder.TryFind(main.ToRuntimeAddress(main.Image.EntryPoint), out var module));
        Assert.Same(main.Image, module.Image);
        Assert.Equal(main.Bias, module.Bias);
        Assert.True(module.Cfi!.TryFindRow(main.Image.EntryPoint, out _));
        Assert.False(unwinder.TryFind(1, out _));
    }

    [Fact]
    public void Replaced_program_is_still_the_one_that_runs()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.StartCopy(Sleep, folder, "app", "100");
        var path = Path.Combine(folder.Path, "app");
        File.Delete(path);
        File.Copy("/usr/bin/env", path);

        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.True(modules.MainModule.IsDeleted);
        Assert.Equal(path, modules.MainModule.Path);
        Assert.Equal(File.ReadAllBytes(Sleep), modules.MainModule.Image.File.ToArray());
    }

    [Fact]
    public void Program_that_is_not_position_independent_has_no_bias()
    {
        using var folder = new TemporaryFolder();
        var program = Compiler.Build(folder, "fixed", "#include <unistd.h>\nint main(){pause();}", "-no-pie");
        using var child = Child.Start(program);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.False(modules.MainModule.Image.IsPositionIndependent);
        Assert.Equal(0UL, modules.MainModule.Bias);
        Assert.True(modules.TryFind(modules.MainModule.Image.EntryPoint, out _));
    }

    [Fact]
    public void Library_loaded_later_appears_when_asked_for()
    {
        using var folder = new TemporaryFolder();
        var library = Compiler.Build(folder, "late.so", "int late(void){return 1;}", "-shared", "-fPIC");
        var program = Compiler.Build(
            folder, "loader",
            """
            #include <dlfcn.h>
            #include <stdio.h>
            int main(int c, char **v) { getchar(); printf("%p\n", dlsym(dlopen(v[1], RTLD_NOW), "late")); fflush(stdout); getchar(); getchar(); }
            """,
            "-ldl");
        using var child = Child.Start(program, library);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.DoesNotContain(modules.Modules, m => m.Path == library);
        var main = modules.MainModule;

        child.WriteLine("");
        var address = Convert.ToUInt64(child.ReadLine(), 16);
        LoadedModule? late = null;
        Assert.True(SpinWait.SpinUntil(() => modules.TryFind(address, out late), 10_000));
        Assert.Equal(library, late!.Path);
        Assert.Equal(address, late.ToRuntimeAddress(SymbolValue(late.Image.DynamicSymbols, "late")));
        Assert.Same(main, modules.MainModule);
    }

    [Fact]
    public void State_survives_the_end_of_the_process()
    {
        using var child = Child.Start(Sleep, "100");
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        var entry = modules.MainModule.ToRuntimeAddress(modules.MainModule.Image.EntryPoint);
        child.Kill();
        modules.Refresh();
        Assert.True(modules.TryFind(entry, out _));
        Assert.False(modules.TryFind(1, out _));
    }

    [Fact]
    public void Exited_process_is_refused_with_exit_code_5()
    {
        using var child = Child.Start(Sleep, "100");
        var process = TargetProcess.Open(child.Pid);
        child.Kill();
        Assert.Equal(ExitCode.NoTarget, Assert.Throws<HudException>(() => new ProcessModules(process)).Code);
    }

    private static ulong SymbolValue(ElfSymbolTable symbols, string name)
    {
        foreach (var symbol in symbols)
        {
            if (symbol.IsDefined && symbol.NameText == name)
                return symbol.Value;
        }
        return 0;
    }
}
