using Hud.Analysis.Model;

namespace Hud.Live.State;

/// <summary>What a worker mostly did in one column of its strip: a letter, a word, and a colour on top of both.</summary>
internal static class SliceState
{
    public const int Unknown = 0, Parked = 1, Polling = 2, RunQueue = 3, Blocked = 4, FirstCause = 5;

    private static readonly (string Word, char Letter)[] CauseLetters =
    [
        (Causes.Cpu, 'C'), (Causes.Lock, 'L'), (Causes.Sleep, 'S'), (Causes.FileIo, 'F'), (Causes.NetIo, 'N'), (Causes.Dns, 'D'),
        (Causes.Process, 'X'), (Causes.Pipe, 'P'), (Causes.PageFault, 'M'), (Causes.Other, 'O'), (Causes.CpuStarved, 'Q'),
    ];

    public static int Count => FirstCause + CauseLetters.Length;

    /// <summary>The state that stands for a cause; <see cref="Blocked"/> for a word nobody knows.</summary>
    public static int OfCause(string? cause)
    {
        for (var i = 0; i < CauseLetters.Length; i++)
        {
            if (CauseLetters[i].Word == cause) return FirstCause + i;
        }
        return Blocked;
    }

    public static char Letter(int state) => state switch
    {
        Unknown => ' ',
        Parked => '.',
        Polling => '-',
        RunQueue => 'q',
        Blocked => 'b',
        _ => CauseLetters[state - FirstCause].Letter,
    };

    public static string Word(int state) => state switch
    {
        Unknown => "not watched",
        Parked => "parked",
        Polling => "polling",
        RunQueue => "run queue",
        Blocked => "asleep in a poll",
        _ => CauseLetters[state - FirstCause].Word,
    };
}
