using System.Text;

namespace Comanda.Tests.Printing;

/// <summary>The head of a fake printer: reads commands byte by byte, and prints what a person would see.</summary>
internal sealed class EscPosHead(Tongue tongue, Func<byte[], Task> answer, Action<string> drop)
{
    private static readonly Dictionary<byte, int> Pages = new()
    {
        [0] = 437,
        [2] = 850,
        [13] = 857,
        [14] = 737,
        [16] = 1252,
        [17] = 866,
        [18] = 852,
        [19] = 858,
        [23] = 1251,
        [24] = 737,
        [45] = 1250,
        [46] = 1251,
        [61] = 857,
        [72] = 1250,
    };

    private readonly List<byte> command = [];
    private readonly StringBuilder paper = new();
    private int page = 437;
    private byte? first;

    /// <summary>Two bytes are one Chinese character, as clones wake up.</summary>
    public bool IsChinese { get; set; }

    /// <summary>It tells its status by itself.</summary>
    public bool HasStatus { get; private set; }

    public void Forget() => paper.Clear();

    /// <summary>The connection is over: what was not cut lies there too.</summary>
    public void Leave()
    {
        if (paper.Length > 0)
            drop(paper.ToString());
        paper.Clear();
    }

    public Task TellStatus(bool noPaper) => HasStatus
        ? answer([(byte)(noPaper ? 0x18 : 0x10), 0, (byte)(noPaper ? 0x0c : 0), 0])
        : Task.CompletedTask;

    public async Task Take(byte b, bool noPaper, bool provesNothing)
    {
        if (command.Count == 0 && b is not (0x10 or 0x1b or 0x1c or 0x1d))
        {
            Print(b);
            return;
        }

        command.Add(b);
        if (command.Count < LengthOf())
            return;
        var whole = command.ToArray();
        command.Clear();
        await Obey(whole, noPaper, provesNothing);
    }

    private int LengthOf() => command switch
    {
        [_] => 2,
        [0x10, 0x04 or 0x05, ..] => 3,
        [0x10, 0x14, ..] => 5,
        [0x1b, (byte)'p', ..] => 5,
        [0x1b, (byte)'@', ..] or [0x1c, (byte)'.', ..] => 2,
        [0x1b, (byte)'(', ..] => command.Count < 5 ? 5 : 5 + command[3] + (command[4] << 8),
        [0x1b or 0x1c, _, ..] => 3,
        [0x1d, (byte)'(', ..] => command.Count < 5 ? 5 : 5 + command[3] + (command[4] << 8),
        [0x1d, (byte)'v', ..] => command.Count < 8 ? 8 : 8 + ((command[4] + (command[5] << 8)) * (command[6] + (command[7] << 8))),
        [0x1d, (byte)'V', ..] => 4,
        _ => 3,
    };

    private async Task Obey(byte[] c, bool noPaper, bool provesNothing)
    {
        switch (c)
        {
            case [0x10, 0x04, 0x02]:
                await answer([(byte)(noPaper ? 0x32 : 0x12)]);
                break;
            case [0x10, 0x14, ..] or [0x1b, (byte)'p', ..]:
                drop("[drawer]");
                break;
            case [0x1b, (byte)'@']:
                (page, HasStatus, IsChinese) = (437, false, tongue == Tongue.Silent);
                break;
            case [0x1c, (byte)'.']:
                IsChinese = false;
                break;
            case [0x1b, (byte)'t', var number]:
                page = Pages[number];
                break;
            case [0x1d, (byte)'a', _] when tongue == Tongue.Epson:
                HasStatus = true;
                await TellStatus(noPaper);
                break;
            case [0x1d, (byte)'r', _] when tongue != Tongue.Silent && !provesNothing:
                await answer([0]);
                break;
            case [0x1d, (byte)'(', (byte)'H', ..] when tongue == Tongue.Epson && !provesNothing:
                await answer([0x37, 0x22, .. c[7..11], 0]);
                break;
            case [0x1d, (byte)'(', (byte)'k', ..]:
                paper.Append("[code]");
                break;
            case [0x1d, (byte)'v', ..]:
                for (var i = 8; i + 2 < c.Length; i++)
                {
                    if (c[i] == 0x10 && c[i + 1] == 0x14)
                        drop("[drawer]"); // obeyed inside a picture too
                }

                paper.Append("[picture]");
                break;
            case [0x1d, (byte)'V', ..]:
                drop(paper + "[cut]");
                paper.Clear();
                break;
        }
    }

    private void Print(byte b)
    {
        if (b == 0)
            return;
        if (first is { } before)
        {
            first = null;
            paper.Append('\u4e2d'); // whatever it is, nobody meant it
            _ = before;
        }
        else if (IsChinese && b >= 0x80)
        {
            first = b;
        }
        else
        {
            paper.Append(Encoding.GetEncoding(page).GetString([b]));
        }
    }
}
