using System.Globalization;
using Hud.Analysis.Classification;
using Hud.Analysis.Model;
using Hud.Symbols;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Unwind;
using Hud.Target;

namespace Hud.Analysis.Naming;

/// <summary>Names and classifies user-space addresses, inlined calls included.</summary>
internal sealed class UserFrames(ProcessModules modules, NamingOptions options, NameQuality quality)
{
    private readonly Dictionary<UnwoundAddress, Frame[]> _frames = [];
    private readonly Dictionary<LoadedModule, ModuleNames> _modules = [];
    private readonly Dictionary<ulong, string> _functions = [];
    private readonly List<SourceFrame> _scratch = [];

    private readonly record struct UnwoundAddress(ulong Address, bool IsReturnAddress);

    private sealed record ModuleNames(ModuleRole Role, FrameClassifier Classifier, bool HasSymbols);

    public void AddTo(List<Frame> frames, UnwoundFrame frame)
    {
        var key = new UnwoundAddress(frame.Address, frame.IsReturnAddress);
        if (!_frames.TryGetValue(key, out var named))
        {
            if (_frames.Count >= options.MaxRememberedAddresses) _frames.Clear();
            _frames.Add(key, named = Name(frame));
        }
        frames.AddRange(named);
    }

    /// <summary>The function around the address, not what is inlined into it; "" where nothing names it. Does not count for the quality of stacks.</summary>
    public string FunctionAt(ulong address)
    {
        if (_functions.TryGetValue(address, out var name)) return name;
        _scratch.Clear();
        if (modules.TryFind(address, out var module)) module.Symbolizer.Lookup(module.ToImageAddress(address), _scratch, out _);
        return _functions[address] = _scratch.Count > 0 ? _scratch[^1].Function : "";
    }

    private Frame[] Name(UnwoundFrame frame)
    {
        var address = Hex(frame.Address);
        if (!modules.TryFind(frame.LookupAddress, out var module))
        {
            var outside = new Frame(address, null, null, null, false, FrameKind.Dependency, address);
            quality.Add(outside, isProgram: false);
            quality.AddGap(NameGap.OutsideModules);
            return [outside];
        }

        var names = NamesOf(module);
        var imageAddress = module.ToImageAddress(frame.LookupAddress);
        _scratch.Clear();
        module.Symbolizer.Lookup(imageAddress, _scratch, out var gap);
        quality.AddGap(gap);
        Frame[] named = _scratch.Count > 0
            ? [.. _scratch.Select(source => new Frame(
                source.Function,
                module.Name,
                source.File,
                source.Line > 0 ? source.Line : null,
                source.IsInlined,
                names.Classifier.Classify(source, names.Role),
                address))]
            : [new Frame(Unnamed(module, imageAddress), module.Name, null, null, false, FrameClassifier.Unnamed(names.Role, names.HasSymbols), address)];
        foreach (var one in named) quality.Add(one, names.Role == ModuleRole.Program);
        return named;
    }

    private ModuleNames NamesOf(LoadedModule module)
    {
        if (_modules.TryGetValue(module, out var names)) return names;
        var role = ModuleRoles.Of(module.Name, isProgram: false);
        if (ProgramCrates.IsProgram(module, role)) role = ModuleRole.Program;
        names = new ModuleNames(
            role,
            new FrameClassifier(role == ModuleRole.Program ? ProgramCrates.Read(module) : new CrateCatalog(), options.UserCrates, options.DependencyCrates),
            module.SymbolImage.Symbols.Count > 0 || module.Image.HasDebugInfo);
        _modules.Add(module, names);
        return names;
    }

    /// <summary>The start of the function that the unwind rules know, so that all its addresses have one name in every session; else the address itself.</summary>
    private static string Unnamed(LoadedModule module, ulong imageAddress) =>
        $"{Hex(module.Cfi is { } cfi && cfi.TryFindFunction(imageAddress, out var start, out _) ? start : imageAddress)} in {module.Name}";

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
