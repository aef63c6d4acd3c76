using System.Globalization;
using System.Text;

namespace RunPod.Inference.Tokenization;

/// <summary>
/// Unicode normalisation form C (UAX 15), which CLIP's tokenizer applies first. <c>string.Normalize</c> returns its argument unchanged
/// when globalization is invariant, as it is in our images, so the tables are our own.
/// </summary>
internal static class UnicodeComposer
{
    private const int HangulFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailFirst = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TailCount;

    private static readonly Lazy<Tables> Data = new(Load);

    public static string Compose(string text)
    {
        // Below U+0300 nothing combines.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02ff'))
        {
            return text;
        }

        var tables = Data.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, tables, runes);
        }

        Order(runes, tables);
        Recompose(runes, tables);

        var builder = new StringBuilder(text.Length);
        foreach (var rune in runes)
        {
            builder.Append(new Rune(rune));
        }

        return builder.ToString();
    }

    private static void Decompose(int rune, Tables tables, List<int> output)
    {
        var syllable = rune - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            output.Add(LeadFirst + (syllable / (VowelCount * TailCount)));
            output.Add(VowelFirst + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount != 0)
            {
                output.Add(TailFirst + (syllable % TailCount));
            }
        }
        else if (tables.Parts.TryGetValue(rune, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, tables, output);
            }
        }
        else
        {
            output.Add(rune);
        }
    }

    private static void Order(List<int> runes, Tables tables)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var rune = runes[i];
            var rank = tables.ClassOf(rune);
            var to = i;
            while (rank != 0 && to > 0 && tables.ClassOf(runes[to - 1]) > rank)
            {
                runes[to] = runes[to - 1];
                to--;
            }

            runes[to] = rune;
        }
    }

    private static void Recompose(List<int> runes, Tables tables)
    {
        var starter = -1;
        var lastClass = 0;
        var count = 0;
        for (var i = 0; i < runes.Count; i++)
        {
            var rune = runes[i];
            var rank = tables.ClassOf(rune);
            var blocked = starter < 0 || (count - 1 > starter && (lastClass >= rank || lastClass == 0));
            if (!blocked && Pair(runes[starter], rune, tables) is { } composed)
            {
                runes[starter] = composed;
                continue;
            }

            if (rank == 0)
            {
                starter = count;
            }

            lastClass = rank;
            runes[count++] = rune;
        }

        runes.RemoveRange(count, runes.Count - count);
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        var lead = first - LeadFirst;
        var vowel = second - VowelFirst;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulFirst + (((lead * VowelCount) + vowel) * TailCount);
        }

        var syllable = first - HangulFirst;
        var tail = second - TailFirst;
        if (syllable is >= 0 and < HangulCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return tables.Composed.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static Tables Load()
    {
        using var stream = typeof(UnicodeComposer).Assembly.GetManifestResourceStream("RunPod.Inference.UnicodeCompositions.txt")!;
        using var reader = new StreamReader(stream);
        var tables = new Tables([], [], []);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.TrimStart('!', '~').Split(' ');
            switch (line[0])
            {
                case '#':
                    break;
                case '~':
                    for (var rune = Hex(fields[0]); rune <= Hex(fields[1]); rune++)
                    {
                        tables.Classes[rune] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
                    }

                    break;
                default:
                    var parts = fields.Skip(1).Select(Hex).ToArray();
                    tables.Parts[Hex(fields[0])] = parts;
                    if (line[0] != '!')
                    {
                        tables.Composed[(parts[0], parts[1])] = Hex(fields[0]);
                    }

                    break;
            }
        }

        return tables;
    }

    private static int Hex(string field) => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Tables(Dictionary<int, int[]> Parts, Dictionary<(int First, int Second), int> Composed, Dictionary<int, byte> Classes)
    {
        public int ClassOf(int rune) => Classes.GetValueOrDefault(rune);
    }
}
