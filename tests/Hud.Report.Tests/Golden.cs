using System.Globalization;
using System.Text;

namespace Hud.Reporting.Tests;

/// <summary>Text that a person reads, compared with a file that a person has read. UPDATE_GOLDEN=1 rewrites the files.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Root, "tests", "Hud.Report.Tests", "Goldens", name + ".golden");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual, new UTF8Encoding(false));
        Assert.True(File.Exists(path), $"{path} is missing; run with UPDATE_GOLDEN=1, read it, and add it");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    /// <summary>Decimal comma and no-break group separator, as in ru-RU; the invariant build knows no culture by name.</summary>
    public static T InRussian<T>(Func<T> act)
    {
        var before = CultureInfo.CurrentCulture;
        var russian = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        russian.NumberFormat.NumberDecimalSeparator = ",";
        russian.NumberFormat.NumberGroupSeparator = "\u00a0";
        russian.NumberFormat.NegativeSign = "\u2212";
        russian.DateTimeFormat.DateSeparator = ".";
        russian.DateTimeFormat.TimeSeparator = "-";
        try
        {
            CultureInfo.CurrentCulture = russian;
            return act();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Hud.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests run outside of the repository");
        return directory;
    }
}
