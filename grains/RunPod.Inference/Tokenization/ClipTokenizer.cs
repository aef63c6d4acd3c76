using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using RunPod.Inference.Json;

namespace RunPod.Inference.Tokenization;

/// <summary>
/// CLIP's tokenizer as <c>transformers.CLIPTokenizer</c> runs it: normalisation form C, white space collapsed, lower case, words,
/// byte-level pair encoding, then begin and end tokens, cut and padded to a fixed length.
/// </summary>
internal sealed class ClipTokenizer
{
    // The tokens that fit are decided by the first few thousand characters; a prompt of megabytes must not cost a slot.
    private const int MaxCharacters = 16_384;

    private readonly BpeTokenizer _words;
    private readonly (string Text, int Id)[] _specials;
    private readonly int _begin;
    private readonly int _end;
    private readonly int _padding;

    private ClipTokenizer(BpeTokenizer words, (string Text, int Id)[] specials, int begin, int end, int padding, int maxLength)
    {
        (_words, _specials, _begin, _end, _padding, MaxLength) = (words, specials, begin, end, padding, maxLength);
    }

    /// <summary>Tokens per prompt, begin and end included: 77.</summary>
    public int MaxLength { get; }

    /// <summary>Reads <c>vocab.json</c>, <c>merges.txt</c> and, where they are there, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
    /// <exception cref="ModelLoadException">A file is missing or broken.</exception>
    public static ClipTokenizer Load(string folder)
    {
        var vocabularyFile = ModelJson.Require(Path.Combine(folder, "vocab.json"), "Copy it from the original model; CLIP's is the same for every Stable Diffusion v1.");
        var mergesFile = ModelJson.Require(Path.Combine(folder, "merges.txt"), "Copy it from the original model; CLIP's is the same for every Stable Diffusion v1.");
        var config = ModelJson.ReadOptional(Path.Combine(folder, "tokenizer_config.json"));
        var map = ModelJson.ReadOptional(Path.Combine(folder, "special_tokens_map.json"));

        BpeTokenizer words;
        try
        {
            var end = TokenText("eos_token", config, map) ?? "<|endoftext|>";
            words = BpeTokenizer.Create(new BpeOptions(vocabularyFile, mergesFile)
            {
                EndOfWordSuffix = "</w>",
                ByteLevel = true,
                Normalizer = LowerCaseNormalizer.Instance,
                UnknownToken = TokenText("unk_token", config, map) ?? end,
            });
            int Id(string token) => words.Vocabulary.TryGetValue(token, out var id)
                ? id
                : throw new ModelLoadException($"{vocabularyFile} has no token '{token}', which the tokenizer's configuration names. Export the tokenizer again.");
            var begin = TokenText("bos_token", config, map) ?? "<|startoftext|>";
            var padding = TokenText("pad_token", config, map) ?? end;
            var length = config?.Int32("model_max_length") is { } given and > 2 and <= 1024 ? given : 77;
            return new ClipTokenizer(words, [(begin, Id(begin)), (end, Id(end))], Id(begin), Id(end), Id(padding), length);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ModelLoadException($"The tokenizer in {folder} is not readable: {e.Message} Export the model again.", e);
        }
    }

    /// <summary>Fills the span, of <see cref="MaxLength"/> entries, with a prompt's token ids.</summary>
    public void Encode(string text, Span<int> ids)
    {
        var count = 0;
        ids[count++] = _begin;
        var normal = Normalise(text);
        var start = 0;
        // Tokens in pointed brackets count where they stand in the prompt, in any case, as they do in transformers.
        while (start < normal.Length && count < ids.Length - 1)
        {
            var (at, length, id) = FindSpecial(normal, start);
            EncodeWords(normal.AsSpan(start, at - start), ids, ref count);
            if (length > 0 && count < ids.Length - 1)
            {
                ids[count++] = id;
            }

            start = at + length;
        }

        ids[count++] = _end;
        ids[count..].Fill(_padding);
    }

    private static string Normalise(string text)
    {
        var builder = new StringBuilder(Math.Min(text.Length, MaxCharacters));
        var space = false;
        foreach (var c in text)
        {
            if (builder.Length >= MaxCharacters)
            {
                break;
            }

            if (!char.IsWhiteSpace(c))
            {
                builder.Append(c);
            }
            else if (!space)
            {
                builder.Append(' ');
            }

            space = char.IsWhiteSpace(c);
        }

        // The only letter whose lower case is two: without this line .NET leaves it as it is.
        return UnicodeComposer.Compose(builder.ToString()).Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
    }

    private (int At, int Length, int Id) FindSpecial(string text, int start)
    {
        var found = (At: text.Length, Length: 0, Id: 0);
        foreach (var (special, id) in _specials)
        {
            var at = text.IndexOf(special, start, StringComparison.Ordinal);
            if (at >= 0 && at < found.At)
            {
                found = (at, special.Length, id);
            }
        }

        return found;
    }

    private void EncodeWords(ReadOnlySpan<char> text, Span<int> ids, ref int count)
    {
        while (!text.IsEmpty && count < ids.Length - 1)
        {
            var length = ClipWords.LengthOfFirst(text, out var isWord);
            if (isWord)
            {
                foreach (var id in _words.EncodeToIds(text[..length], considerPreTokenization: false))
                {
                    if (count < ids.Length - 1)
                    {
                        ids[count++] = id;
                    }
                }
            }

            text = text[length..];
        }
    }

    private static string? TokenText(string name, ModelJson? config, ModelJson? map) => config?.Token(name) ?? map?.Token(name);
}
