namespace Comanda.Screens.Parts;

/// <summary>A short message; a bad one stays until it is closed.</summary>
public sealed record Toast(Guid Id, string Text, bool IsBad);

/// <summary>Short messages that come over whatever is shown.</summary>
public sealed class Toasts(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);
    private readonly List<Toast> all = [];

    /// <summary>One came or went.</summary>
    public event Action? Changed;

    /// <summary>Those that are shown.</summary>
    public IReadOnlyList<Toast> All => all;

    /// <summary>Says it for a while.</summary>
    public void Say(string text) => _ = Show(new(Guid.NewGuid(), text, IsBad: false));

    /// <summary>Says it until somebody has closed it.</summary>
    public void Complain(string text)
    {
        if (!all.Any(t => t.Text == text))
            _ = Show(new(Guid.NewGuid(), text, IsBad: true));
    }

    /// <summary>Takes it away.</summary>
    public void Close(Toast toast)
    {
        all.Remove(toast);
        Changed?.Invoke();
    }

    private async Task Show(Toast toast)
    {
        all.Add(toast);
        Changed?.Invoke();
        if (toast.IsBad)
            return;
        await Task.Delay(Life, clock);
        Close(toast);
    }
}
