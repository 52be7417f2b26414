namespace Comanda.Baking;

/// <summary>What is done in a step.</summary>
public enum StepKind
{
    Mix,
    Rest,
    Shape,
    Proof,
    Bake,
    Cool,
    Other,
}
