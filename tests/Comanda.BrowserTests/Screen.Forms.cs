namespace Comanda.BrowserTests;

/// <summary>What a person does in forms, and where they are.</summary>
public sealed partial class Screen
{
    /// <summary>What the address bar shows behind the server's own name.</summary>
    public string Where => new Uri(Page.Url).PathAndQuery;

    /// <summary>Types into the field with this name, in the place of what it has.</summary>
    public async Task Fill(string name, string text)
    {
        await Until($"there is a field '{name}'", () => Page.EvaluateFunctionAsync<bool>(FocusField, name));
        await Page.Keyboard.PressAsync("Backspace");
        if (text.Length > 0)
            await Type(text);
    }

    /// <summary>Chooses from the list with this name, by what is read in it.</summary>
    public Task Pick(string name, string choice) => Until(
        $"'{choice}' can be chosen from '{name}'",
        () => Page.EvaluateFunctionAsync<bool>(PickOption, name, choice));

    /// <summary>What the field with this name has.</summary>
    public async Task<string> Value(string name) => await Page.EvaluateFunctionAsync<string?>(ValueOf, name) ?? "";

    /// <summary>Goes to an address of the same server, as somebody who types it.</summary>
    public Task Go(string path) => Page.GoToAsync(new Uri(address, path).ToString());

    private const string FieldOf =
        """
          const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
          const label = [...root.querySelectorAll('label')].filter((e) => e.checkVisibility())
            .find((e) => (e.querySelector('.field-name') ?? e).innerText.replace(/\s+/g, ' ').trim().startsWith(name));
          const field = label && (label.control ?? label.querySelector('input, select, textarea'));
        """;

    private const string FocusField = "(name) => {" + FieldOf + " if (!field || field.disabled) return false;"
        + " field.scrollIntoView({ block: 'center', behavior: 'instant' }); field.focus(); field.select?.(); return true; }";

    private const string PickOption = "(name, choice) => {" + FieldOf
        + " const option = field && [...field.options].find((o) => o.text.trim() === choice); if (!option) return false;"
        + " field.value = option.value; field.dispatchEvent(new Event('change', { bubbles: true })); return true; }";

    private const string ValueOf = "(name) => {" + FieldOf + " return field?.value ?? null; }";

    private const string HasFocus =
        """
        (name) => {
          const e = document.activeElement;
          const said = (e?.getAttribute('aria-label') ?? e?.closest('label')?.innerText ?? e?.innerText ?? '').replace(/\s+/g, ' ').trim();
          return said.startsWith(name);
        }
        """;
}
