using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Spouts.Local.Pods;

/// <summary>An amount of a resource, read and written as Kubernetes does it: <c>0.5</c> is <c>500m</c>, <c>1024Mi</c> is <c>1Gi</c>.</summary>
internal sealed partial class Quantity
{
    private const int Nano = 9;
    private const int MostDigits = 18;
    private static readonly BigInteger s_most = long.MaxValue;
    private static readonly string[] s_decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] s_binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    private readonly string _text;
    private readonly BigInteger _digits;
    private readonly int _scale;

    private Quantity(BigInteger digits, int scale, Notation notation, string? text)
    {
        _digits = digits;
        _scale = scale;
        _text = text ?? Canonical(digits, scale, notation);
    }

    private enum Notation
    {
        Decimal,
        Exponent,
        Binary,
    }

    /// <summary>The plain number, as Go's decimals print it: with the digits after the point that the reading left there.</summary>
    public string Plain()
    {
        if (_scale <= 0)
            return (_digits * BigInteger.Pow(10, -_scale)).ToString(CultureInfo.InvariantCulture);
        string digits = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture).PadLeft(_scale + 1, '0');
        return $"{(_digits.Sign < 0 ? "-" : "")}{digits[..^_scale]}.{digits[^_scale..]}";
    }

    public override string ToString() => _text;

    public static bool TryParse(string text, [NotNullWhen(true)] out Quantity? quantity)
    {
        quantity = null;
        Match match = Pattern().Match(text);
        if (text.Length == 0 || !match.Success || !TrySuffix(match.Groups["suffix"].Value, out int exponent, out Notation notation))
            return false;
        string whole = match.Groups["whole"].Value.TrimStart('0');
        whole = whole.Length == 0 ? "0" : whole;
        string fraction = match.Groups["fraction"].Value;
        bool negative = text[0] == '-';
        quantity = Exact(text, negative, whole, fraction, exponent, notation) ?? Rounded(negative, whole, fraction, exponent, notation);
        return true;
    }

    // What fits 64 bits is kept digit by digit, and as it was written if that was canonical.
    private static Quantity? Exact(string text, bool negative, string whole, string fraction, int exponent, Notation notation)
    {
        bool binary = notation == Notation.Binary;
        if (binary ? fraction.Length > 0 || 14 - whole.Length - (exponent * 3 / 10) < 0 : whole.Length + fraction.Length > MostDigits)
            return null;
        int scale = binary ? 0 : fraction.Length - exponent;
        if (scale > Nano)
            return null;
        BigInteger written = BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture);
        BigInteger digits = binary ? written << exponent : written;
        if (digits > s_most)
            return null;
        bool canonical = text == "0"
            || (binary ? !(written % 8).IsZero : scale % 3 == 0 && !(whole + fraction).EndsWith("000", StringComparison.Ordinal) && whole[0] != '0');
        return new Quantity(negative ? -digits : digits, scale, notation, canonical ? text : null);
    }

    // The rest is rounded up to billionths, on the ground that who asks for a little should get a little.
    private static Quantity Rounded(bool negative, string whole, string fraction, int exponent, Notation notation)
    {
        BigInteger digits = BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture);
        int scale = fraction.Length;
        if (notation == Notation.Binary)
            digits <<= exponent;
        else
            scale -= exponent;
        if (!digits.IsZero)
        {
            digits = scale <= Nano
                ? digits * BigInteger.Pow(10, Nano - scale)
                : (digits + BigInteger.Pow(10, scale - Nano) - 1) / BigInteger.Pow(10, scale - Nano);
            scale = Nano;
        }

        BigInteger one = BigInteger.Pow(10, Nano);
        if (notation == Notation.Binary && digits > s_most * one)
            (digits, scale) = (s_most, 0);
        if (notation == Notation.Binary && !digits.IsZero && scale == Nano && digits < one)
            notation = Notation.Decimal;
        return new Quantity(negative ? -digits : digits, scale, notation, null);
    }

    private static string Canonical(BigInteger digits, int scale, Notation notation)
    {
        if (digits.IsZero)
            return "0";
        if (notation == Notation.Binary && TryWhole(digits, scale) is { } whole && BigInteger.Abs(whole) >= 1024)
        {
            int power = 0;
            for (; power < s_binarySuffixes.Length - 1 && (whole % 1024).IsZero; power++)
                whole /= 1024;
            return whole.ToString(CultureInfo.InvariantCulture) + s_binarySuffixes[power];
        }

        int exponent = -scale;
        for (; (digits % 10).IsZero; exponent++)
            digits /= 10;
        for (; exponent % 3 != 0; exponent--)
            digits *= 10;
        int index = (exponent / 3) + 3;
        string suffix = notation == Notation.Exponent || index < 0 || index >= s_decimalSuffixes.Length
            ? exponent == 0 ? "" : $"e{exponent}"
            : s_decimalSuffixes[index];
        return digits.ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static BigInteger? TryWhole(BigInteger digits, int scale)
    {
        if (scale <= 0)
            return digits * BigInteger.Pow(10, -scale);
        BigInteger whole = BigInteger.DivRem(digits, BigInteger.Pow(10, scale), out BigInteger rest);
        return rest.IsZero ? whole : null;
    }

    private static bool TrySuffix(string suffix, out int exponent, out Notation notation)
    {
        int index = Array.IndexOf(s_decimalSuffixes, suffix);
        if (index >= 0)
        {
            (exponent, notation) = ((index - 3) * 3, Notation.Decimal);
            return true;
        }

        index = Array.IndexOf(s_binarySuffixes, suffix);
        if (index >= 0)
        {
            (exponent, notation) = (index * 10, Notation.Binary);
            return true;
        }

        notation = Notation.Exponent;
        bool read = short.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out short parsed);
        exponent = parsed;
        return read && (suffix[0] == 'e' || suffix[0] == 'E');
    }

    [GeneratedRegex(@"^[+-]?(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?(?<suffix>[eEinumkKMGTP]*[-+]?[0-9]*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
