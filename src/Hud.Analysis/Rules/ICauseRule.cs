namespace Hud.Analysis.Rules;

/// <summary>A cause with the sentence fragment that says what was waited for.</summary>
/// <param name="Cause">A word of <see cref="Model.Causes"/>.</param>
/// <param name="Detail">"fsync /var/lib/x.db"; null where there is nothing to add.</param>
internal readonly record struct CauseVerdict(string Cause, string? Detail);

/// <summary>Recognises one cause. Rules are asked in the order of <see cref="CauseRules.All"/>; the first answer holds.</summary>
internal interface ICauseRule
{
    /// <summary>Null: not this rule's.</summary>
    CauseVerdict? Check(Evidence evidence);
}
