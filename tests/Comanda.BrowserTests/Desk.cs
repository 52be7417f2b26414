namespace Comanda.BrowserTests;

/// <summary>What a person does at the office's desk: signs in by name and password, fills fields, follows links, reads a table.</summary>
public static class Desk
{
    /// <summary>A page of the office, with somebody signed in.</summary>
    public static async Task<Screen> OpenOffice(this Screens screens, string path, string username = "admin", Look? look = null)
    {
        var desk = await screens.Office("/office/orders", username, look);
        await desk.Has("h1", "Orders");
        await desk.TurnTo(path);
        return desk;
    }

    /// <summary>Goes to another page of the office without loading the app anew, as its links do.</summary>
    public static Task TurnTo(this Screen desk, string path) =>
        desk.Page.EvaluateFunctionAsync(
            "path => { const a = document.createElement('a'); a.href = path; document.body.append(a); a.click(); a.remove(); }", path);

    /// <summary>Puts a text into the field that is called this, in place of what stands there.</summary>
    public static async Task Put(this Screen desk, string name, string value)
    {
        await desk.Until(
            $"there is a field '{name}'",
            () => desk.Page.EvaluateFunctionAsync<bool>(
                """
                (name) => {
                  const said = (e) => (e.getAttribute('aria-label') ?? e.labels?.[0]?.querySelector('.field-name')?.innerText
                    ?? e.labels?.[0]?.innerText ?? '').replace(/\s+/g, ' ').trim();
                  const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
                  const field = [...root.querySelectorAll('input, textarea, select')].find((e) => said(e) === name && !e.disabled);
                  if (!field) return false;
                  for (const e of document.querySelectorAll('[data-filled]')) e.removeAttribute('data-filled');
                  field.dataset.filled = 'now';
                  field.scrollIntoView({ block: 'center', behavior: 'instant' });
                  field.focus();
                  field.select?.();
                  return true;
                }
                """,
                name));
        var kind = await desk.Page.EvaluateExpressionAsync<string>(
            "(e => e.tagName === 'SELECT' ? 'select' : e.type)(document.querySelector('[data-filled]'))");
        if (kind is "select" or "date" or "time")
            await desk.Page.EvaluateFunctionAsync(
                """
                (value) => {
                  const e = document.querySelector('[data-filled]');
                  const option = e.tagName === 'SELECT' ? [...e.options].find((o) => o.innerText.trim() === value) : null;
                  e.value = option ? option.value : value;
                  e.dispatchEvent(new Event('input', { bubbles: true }));
                  e.dispatchEvent(new Event('change', { bubbles: true }));
                }
                """,
                value);
        else
            await desk.Type(value);
    }

    /// <summary>Follows the link that is called this.</summary>
    public static Task Follow(this Screen desk, string name) => desk.Until(
        $"there is a link '{name}'",
        () => desk.Page.EvaluateFunctionAsync<bool>(
            """
            (name) => {
              const named = (e) => (e.getAttribute('aria-label') ?? e.innerText ?? '').replace(/\s+/g, ' ').trim();
              const found = [...document.querySelectorAll('a[href]')].find((e) => e.checkVisibility() && named(e) === name);
              found?.click();
              return !!found;
            }
            """,
            name));

    /// <summary>The texts of a column of the table that is called this.</summary>
    public static Task<string[]> Column(this Screen desk, string table, int column) => desk.Page.EvaluateFunctionAsync<string[]>(
        """
        (table, column) => [...document.querySelector(`[aria-label="${table}"] table`).tBodies[0].rows]
          .filter((r) => !r.classList.contains('ledger-space')).map((r) => r.cells[column].innerText.replace(/\s+/g, ' ').trim())
        """,
        table,
        column);

    /// <summary>What a figure says, as a number.</summary>
    public static decimal Number(string text) => decimal.Parse(
        new string([.. text.Replace('−', '-').Where(c => char.IsDigit(c) || c is '.' or '-')]),
        System.Globalization.CultureInfo.InvariantCulture);
}
