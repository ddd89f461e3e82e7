using Hud.Symbols.Dwarf;
using Hud.Symbols.Tests.Symbolization;

namespace Hud.Symbols.Tests.Dwarf;

/// <summary>Layouts of the fixture's types, whose shape is that of Tokio's thread-local context.</summary>
public class DwarfTypesTests
{
    public static TheoryData<string, string> Builds => new()
    {
        { "dev", "-Cdwarf-version=4" },
        { "dev", "-Cdwarf-version=5" },
        { "release-debug", "-Cdwarf-version=4" },
        { "fat-lto", "-Cdwarf-version=5" },
    };

    [Theory]
    [MemberData(nameof(Builds))]
    public void Members_have_names_offsets_and_types(string profile, string flag)
    {
        TypeLayout context = Find(profile, flag, "symbols_fixture::runtime::Context");
        Assert.Equal(TypeKind.Structure, context.Kind);
        Assert.Equal(["budget", "current_task_id", "scheduler", "thread_id"], context.Members.Select(m => m.Name).Order());
        Assert.Equal(32ul, context.Size);
        // Every byte belongs to one member, whatever order the compiler chose.
        Assert.Equal(24ul + 2, (ulong)context.Members.Sum(m => (long)m.Type.Size));
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void A_cell_unwraps_to_its_value(string profile, string flag)
    {
        TypeLayout context = Find(profile, flag, "symbols_fixture::runtime::Context");
        TypeMember id = context.Member("current_task_id")!;
        (ulong offset, TypeLayout option) = id.Type.Unwrap();
        Assert.Equal(0ul, offset);
        Assert.Equal("Option<symbols_fixture::runtime::Id>", option.Name);
        Assert.Equal(2, option.Variants.Count);
        TypeMember payload = option.OnlyPayload()!;
        Assert.Equal(8ul, payload.Type.Size);
        Assert.Equal("u64", payload.Type.Unwrap().Type.Name);
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void An_enum_has_variants_and_a_discriminant(string profile, string flag)
    {
        TypeLayout scheduler = Find(profile, flag, "symbols_fixture::runtime::SchedulerContext");
        Assert.Equal(["CurrentThread", "MultiThread"], scheduler.Variants.Select(v => v.Name));
        Assert.NotNull(scheduler.Discriminant);
        TypeMember context = scheduler.Variants[1].Payload.Type.Members.Single();
        Assert.Equal("WorkerContext", context.Type.Name);
        Assert.Null(scheduler.OnlyPayload());
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void A_path_leads_through_cells_boxes_and_options(string profile, string flag)
    {
        TypeLayout worker = Find(profile, flag, "symbols_fixture::runtime::WorkerContext");
        Assert.True(worker.TryFollow("core.value", out ulong offset, out TypeLayout cell));
        (ulong inside, TypeLayout option) = cell.Unwrap();
        Assert.Equal(24ul, worker.Size);
        // RefCell: a counter and the value, 8 bytes each, in either order and anywhere among the three words.
        Assert.Contains(offset + inside, new ulong[] { 0, 8, 16 });
        Assert.Equal(8ul, option.Size);
        TypeLayout core = option.OnlyPayload()!.Type.Target!;
        Assert.Equal("Core", core.Name);
        Assert.Equal("u32", core.Member("tick")!.Type.Name);
        TypeLayout park = core.Member("park")!.Type;
        Assert.Equal(8ul, park.Size);
        Assert.Equal("Parker", park.OnlyPayload()!.Type.Name);
    }

    [Fact]
    public void An_array_knows_its_size_and_a_pointer_its_target()
    {
        DwarfTypes types = Types("dev", "-Cdwarf-version=5");
        TypeLayout core = types.FindStruct("symbols_fixture::runtime::Core")!;
        TypeLayout vec = core.Member("queue")!.Type;
        Assert.True(vec.TryFollow("buf.ptr", out _, out TypeLayout pointer));
        Assert.Equal(TypeKind.Pointer, pointer.Unwrap().Type.Kind);
        Assert.Equal(8ul, pointer.Size);
        Assert.True(types.TryFindStruct("core::fmt::Arguments", out TypeLayout? arguments));
        Assert.True(arguments.Size > 0);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        DwarfTypes types = Types("dev", "-Cdwarf-version=4");
        Assert.Null(types.FindStruct("symbols_fixture::runtime::NoSuchType"));
        Assert.Null(types.FindStruct("runtime::Context"));
        Assert.Null(types.FindStruct("symbols_fixture::Context"));
        Assert.Null(types.FindStruct(""));
        Assert.Null(types.FindStruct("a::"));
    }

    private static TypeLayout Find(string profile, string flag, string name)
    {
        TypeLayout? layout = Types(profile, flag).FindStruct(name);
        Assert.NotNull(layout);
        return layout;
    }

    private static DwarfTypes Types(string profile, string flag) => new(Fixture.Image(Fixture.Path(profile, flag)), SymbolLimits.Default);
}
